import type { Asked, MeasuredEngine } from './measured-engine.ts'
import { columnNames, firstSecond, stage } from './staged-spans.ts'

export interface SortKeyFigures {
  orderBy: string
  /** The engine's CPU time, in microseconds a span. */
  insert: number
  merge: number
  bytesPerSpan: number
  asked: Record<string, Asked>
}

const perInsert = 40_000

/** What a table costs and how fast it answers, sorted in each of these ways. */
export async function measureSortKeys(
  engine: MeasuredEngine,
  rows: number,
  rate: number,
  keys: readonly string[],
): Promise<SortKeyFigures[]> {
  const columns = await columnNames(engine)
  const questions = await typicalQuestions(engine, rows / rate)
  const figures: SortKeyFigures[] = []
  for (const [i, orderBy] of keys.entries()) {
    const table = `bench.sorted_${i}`
    await engine.command(`CREATE TABLE ${table} AS bench.spans ${await engine.sorted(orderBy)}`)
    await engine.command(`SYSTEM STOP MERGES ${table}`)
    const insert = await engine.cpu(async () => {
      for (let from = 0; from < rows; from += perInsert) {
        await engine.command(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM ${stage}
          WHERE n >= ${from} AND n < ${from + perInsert}`)
      }
    })
    await engine.command(`SYSTEM START MERGES ${table}`)
    const merge = await engine.cpu(() => engine.command(`OPTIMIZE TABLE ${table} FINAL`))
    const bytes = await engine.bytes(table)
    const asked: Record<string, Asked> = {}
    for (const [name, question] of Object.entries(questions)) {
      asked[name] = await engine.ask(question.replace('SPANS', table))
    }
    const perSpan = 1e6 / rows
    figures.push({
      orderBy,
      insert: insert * perSpan,
      merge: merge * perSpan,
      bytesPerSpan: bytes / rows,
      asked,
    })
    await engine.command(`DROP TABLE ${table} SYNC`)
  }
  return figures
}

/** What is asked of spans all day, over a tenth of the time that the table covers. */
async function typicalQuestions(
  engine: MeasuredEngine,
  seconds: number,
): Promise<Record<string, string>> {
  const moment = (share: number): string =>
    `toDateTime(${Math.floor(firstSecond + seconds * share)})`
  const window = `time >= ${moment(0.85)} AND time < ${moment(0.95)}`
  const [one] = await engine.query<{ trace: string; name: string }>(
    `SELECT trace_id AS trace, name FROM ${stage} WHERE service = 'service-3' LIMIT 1`,
  )
  return {
    'service, window': `SELECT count(), quantile(0.99)(duration) FROM SPANS WHERE service = 'service-3' AND ${window}`,
    'service, operation, window': `SELECT count(), quantile(0.99)(duration) FROM SPANS WHERE service = 'service-3' AND name = '${one?.name}' AND ${window}`,
    'service, operations, all time': `SELECT name, count(), countIf(status = 'error') FROM SPANS WHERE service = 'service-3' GROUP BY name`,
    'all services, window': `SELECT service, count() FROM SPANS WHERE ${window} GROUP BY service`,
    'failures, window': `SELECT service, name, count() FROM SPANS WHERE status = 'error' AND ${window} GROUP BY service, name`,
    'entry spans of a service, window': `SELECT trace_id, name, max(duration) FROM SPANS WHERE service = 'service-3' AND kind = 'server' AND ${window} GROUP BY trace_id, name`,
    'promoted attribute, all time': `SELECT count() FROM SPANS WHERE attr_user_id = 'user-77'`,
    'other attribute, all time': `SELECT count() FROM SPANS WHERE attributes_string['app.cart.currency'] = 'CHF'`,
    'trace by id': `SELECT count() FROM SPANS WHERE trace_id = '${one?.trace}'`,
  }
}
