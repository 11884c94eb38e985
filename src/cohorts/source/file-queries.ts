import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ClickHouseError, type ClickHouseSettings } from '@clickhouse/client'
import { AftergreenError } from '../../errors.ts'
import type { Engine } from '../../store/engine/engine.ts'
import { engineError } from '../../store/engine/engine-error.ts'
import { queryRows } from '../../store/query-rows.ts'
import { quotedText } from '../../store/sql-text.ts'
import { fileError, type RowFile } from './file-format.ts'
import type { FilePlan } from './file-plan.ts'

/** Statements over one file, by the user of the temporary engine that may read files. */
export interface FileQueries {
  /** What stands after FROM: all rows, or some columns of the first `limit` rows. */
  file(plan: Pick<FilePlan, 'format' | 'structure'>, columns?: string, limit?: number): string
  /** @throws FILE_FORMAT where the file cannot be read by the plan */
  run<T>(sql: string, settings: ClickHouseSettings): Promise<T[]>
  /** The same, for a statement that inserts; gets the rows read so far. */
  insert(sql: string, settings: ClickHouseSettings, onRows?: (rows: number) => void): Promise<void>
}

/** @param link a path of the file that has no signs in it that the engine takes for a pattern */
export function fileQueries(
  engine: Engine,
  file: RowFile,
  link: string,
  signal?: AbortSignal,
): FileQueries {
  const compression = file.compression === 'zstd' ? 'zstd' : file.compression
  return {
    file(plan, columns, limit) {
      const structure = quotedText(plan.structure ?? 'auto')
      const all = `file(${quotedText(link)}, ${plan.format}, ${structure}, '${compression}')`
      return columns === undefined ? all : `(SELECT ${columns} FROM ${all} LIMIT ${limit})`
    },
    async run<T>(sql: string, settings: ClickHouseSettings) {
      try {
        const withSettings = `${sql}${settingsClause(settings)}`
        return await queryRows<T>(
          engine,
          withSettings,
          {},
          {
            as: 'admin',
            maxSeconds: 3600,
            ...(signal === undefined ? {} : { signal }),
          },
        )
      } catch (error) {
        throw rowError(file, error)
      }
    },
    async insert(sql, settings, onRows) {
      const client = await engine.client('admin')
      const id = randomUUID()
      const watching = new AbortController()
      try {
        const watched = watch(engine, id, watching.signal, onRows)
        await client.command({
          query: sql,
          query_id: id,
          clickhouse_settings: settings,
          ...(signal === undefined ? {} : { abort_signal: signal }),
        })
        watching.abort()
        await watched
      } catch (error) {
        signal?.throwIfAborted()
        throw rowError(file, engineError(error))
      } finally {
        watching.abort()
      }
    },
  }
}

/** Inside a statement, where the query's own settings do not reach the table function. */
function settingsClause(settings: ClickHouseSettings): string {
  const parts = Object.entries(settings).map(
    ([name, value]) => `${name} = ${quotedText(String(value))}`,
  )
  return parts.length === 0 ? '' : ` SETTINGS ${parts.join(', ')}`
}

async function watch(
  engine: Engine,
  id: string,
  stop: AbortSignal,
  onRows: ((rows: number) => void) | undefined,
): Promise<void> {
  if (onRows === undefined) return
  for (;;) {
    await sleep(300, undefined, { signal: stop }).catch(() => {})
    if (stop.aborted) return
    const sql = 'SELECT read_rows AS n FROM system.processes WHERE query_id = {id: String}'
    const [row] = await queryRows<{ n: number }>(engine, sql, { id }, { as: 'admin' }).catch(
      () => [],
    )
    if (row !== undefined) onRows(row.n)
  }
}

/** The engine's words repeat what it could not read, so only their row and the kind of the failure are kept. */
function rowError(file: RowFile, error: unknown): Error {
  const cause = error instanceof AftergreenError ? error.cause : error
  if (!(cause instanceof ClickHouseError)) {
    return error instanceof Error ? error : new Error(String(error))
  }
  if (cause.type === 'NOT_ENOUGH_SPACE' || /No space left/.test(cause.message)) {
    return new AftergreenError('DISK_FULL', `There is no room to read ${file.name} into a table.`, {
      hint: 'Free some space in the folder for temporary files, or set TMPDIR to another one.',
    })
  }
  if (cause.type === 'MEMORY_LIMIT_EXCEEDED') {
    return new AftergreenError(
      'ENGINE_QUERY',
      `Reading ${file.name} takes more memory than allowed.`,
      {
        hint: 'Set AFTERGREEN_ENGINE_MEMORY (bytes) to more, or leave columns out of the file.',
      },
    )
  }
  // it is the statement that the engine does not take, not the file
  if (/^(SYNTAX_ERROR|TOO_BIG_AST|TOO_DEEP_AST|TIMEOUT_EXCEEDED)$/.test(cause.type ?? '')) {
    return error instanceof Error ? error : new Error(String(error))
  }
  const row = /\(at row (\d+)\)/.exec(cause.message)?.[1]
  const place = row === undefined ? '' : ` in row ${Number(row)}`
  if (file.format === 'csv' || file.format === 'tsv') {
    const below = row === undefined ? '' : ' below the header'
    return fileError(
      file.name,
      `cannot be read${place}${below}: ${csvProblem(cause.message)}`,
      'Every row needs as many values as the header has names; put values with separators in quotes.',
    )
  }
  if (file.format === 'parquet') {
    return fileError(
      file.name,
      `cannot be read as Parquet (${cause.type ?? 'damaged'})`,
      'Write the file again. Nothing of it was compared.',
    )
  }
  return fileError(
    file.name,
    `cannot be read${place}: its JSON is not what was expected`,
    'One JSON object a line was expected. Nothing of it was compared.',
  )
}

function csvProblem(words: string): string {
  // in this order: the diagnosis is not always there, the first sentence is
  if (/expected '.' before: '\\[nr]/.test(words)) {
    return 'it has fewer values than the header has names'
  }
  if (words.includes('Expected end of line')) {
    return 'it has more values than the header has names, or text behind a closing quote'
  }
  return 'it does not fit the header'
}
