import { expect, test } from 'vitest'
import { sampleOf } from '../src/releases/judge/units/unit-scope.ts'
import { openStore } from '../src/store/store.ts'
import { traceBuckets } from '../src/store/tables/trace-bucket.ts'
import { temporaryFolder } from './store/temporary-folder.ts'

test('who asks for a sample of the traces does not read all of them', async () => {
  const store = await openStore({ dataFolder: await temporaryFolder(), log: () => {} })
  const admin = <T>(sql: string): Promise<T[]> => store.query<T>(sql, {}, { as: 'admin' })
  try {
    await admin(`INSERT INTO ${store.database}.spans (time, trace_id, service, name)
      SELECT toDateTime64('2026-01-15 06:00:00', 9, 'UTC') + toIntervalMillisecond(number), lower(hex(MD5(toString(number)))),
        'checkout', concat('operation ', toString(number % 5))
      FROM numbers(400000)`)
    const read = async (oneOf: number): Promise<number> => {
      const [estimate] = await admin<{ rows: number }>(
        `EXPLAIN ESTIMATE SELECT max(duration) FROM ${store.relation('traces')}
         WHERE service = 'checkout' AND ${sampleOf(oneOf)}`,
      )
      return Number(estimate?.rows)
    }
    expect(await read(1)).toBe(400_000)
    // the granules at both ends belong to the neighbours as well
    const most = 400_000 / traceBuckets + 3 * 8192
    expect(await read(traceBuckets)).toBeLessThan(most)
    expect(await read(64 * traceBuckets)).toBeLessThan(most)
  } finally {
    await store.close()
  }
})
