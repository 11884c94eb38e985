import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import { startEmbeddedEngine } from '../../src/store/engine/embedded-engine.ts'
import type { Engine } from '../../src/store/engine/engine.ts'
import type { NativeBlock } from '../../src/store/native/encode-native.ts'
import { createTableStatements } from '../../src/store/tables/create-table-statements.ts'

export interface Asked {
  /** Fastest of the runs, in ms. */
  ms: number
  /** Rows and bytes that the engine read: the same in every run. */
  rows: number
  bytes: number
}

/** An embedded engine in a temporary folder, with what a bench reads off it. */
export class MeasuredEngine {
  readonly #engine: Engine
  readonly #client: ClickHouseClient
  readonly #folder: string

  private constructor(engine: Engine, client: ClickHouseClient, folder: string) {
    this.#engine = engine
    this.#client = client
    this.#folder = folder
  }

  /** With the event tables in the database `bench`. */
  static async start(): Promise<MeasuredEngine> {
    const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-columns-'))
    const engine = await startEmbeddedEngine({ folder, database: 'bench', log: console.error })
    const measured = new MeasuredEngine(engine, await engine.client('admin'), folder)
    for (const statement of createTableStatements('bench')) await measured.command(statement)
    return measured
  }

  async close(): Promise<void> {
    await this.#engine.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async command(query: string): Promise<void> {
    await this.#client.command({
      query,
      clickhouse_settings: { max_partitions_per_insert_block: '0', wait_end_of_query: 1 },
    })
  }

  async query<T>(query: string): Promise<T[]> {
    return await (await this.#client.query({ query, format: 'JSONEachRow' })).json<T>()
  }

  async insert(table: string, { columns, bytes }: NativeBlock): Promise<void> {
    const { stream } = await this.#client.exec({
      query: `INSERT INTO ${table} (${columns.map((name) => `\`${name}\``).join(', ')}) FORMAT Native`,
      values: Readable.from([bytes], { objectMode: false }),
    })
    for await (const _ of stream) {
      // an insert answers nothing
    }
  }

  /** The engine clause of the spans, with another sort key. */
  async sorted(orderBy: string): Promise<string> {
    const [row] = await this.query<{ settings: string }>(
      `SELECT extract(create_table_query, 'SETTINGS .*$') AS settings FROM system.tables
       WHERE database = 'bench' AND name = 'spans'`,
    )
    return `ENGINE = MergeTree PARTITION BY toDate(time) ORDER BY ${orderBy} ${row?.settings ?? ''}`
  }

  /** CPU time of the engine, in seconds, that some work takes. */
  async cpu(work: () => Promise<void>): Promise<number> {
    const before = this.#cpuTime()
    await work()
    return this.#cpuTime() - before
  }

  async ask(query: string, runs = 5): Promise<Asked> {
    const asked: Asked = { ms: Infinity, rows: 0, bytes: 0 }
    for (let run = 0; run < runs; run++) {
      const start = performance.now()
      const result = await this.#client.query({ query, format: 'JSONEachRow' })
      await result.text()
      asked.ms = Math.min(asked.ms, performance.now() - start)
      const summary = JSON.parse(String(result.response_headers['x-clickhouse-summary'])) as Summary
      asked.rows = Number(summary.read_rows)
      asked.bytes = Number(summary.read_bytes)
    }
    return asked
  }

  /** Bytes of the active parts of a table, compressed; all columns, or some. */
  async bytes(table: string, columns = '1'): Promise<number> {
    const sum = columns === '1' ? 'sum(bytes_on_disk)' : 'sum(column_data_compressed_bytes)'
    const from = columns === '1' ? 'system.parts' : 'system.parts_columns'
    const [row] = await this.query<{ bytes: string }>(
      `SELECT ${sum} AS bytes FROM ${from} WHERE active AND database || '.' || table = '${table}' AND ${columns}`,
    )
    return Number(row?.bytes)
  }

  #cpuTime(): number {
    const stat = readFileSync(`/proc/${this.#engine.health().pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  }
}

interface Summary {
  read_rows: string
  read_bytes: string
}
