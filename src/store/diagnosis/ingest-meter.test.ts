import { expect, test } from 'vitest'
import { AftergreenError } from '../../errors.ts'
import { IngestMeter } from './ingest-meter.ts'

const answer = (duplicate: boolean, rejected = 0) => ({
  duplicate,
  outcome: { accepted: 1, rejected, errorMessage: '' },
})

test('counts what became of the requests of the last hour, and forgets the rest', async () => {
  let now = 0
  const meter = new IngestMeter(() => now)
  await meter.watch('traces', async () => answer(false, 2))
  await meter.watch('traces', async () => answer(true))
  const refusal = new AftergreenError('SPOOL_FULL', 'Full.')
  await expect(meter.watch('logs', () => Promise.reject(refusal))).rejects.toBe(refusal)
  now = 59 * 60_000
  await meter.watch('traces', async () => answer(true))
  expect(meter.lastHour()).toEqual({
    traces: { requests: 3, duplicates: 2, rejected: 2, refused: {} },
    logs: { requests: 1, duplicates: 0, rejected: 0, refused: { SPOOL_FULL: 1 } },
    metrics: { requests: 0, duplicates: 0, rejected: 0, refused: {} },
  })
  now = 61 * 60_000
  expect(meter.lastHour().traces).toMatchObject({ requests: 1, duplicates: 1, rejected: 0 })
  expect(meter.lastHour().logs.refused).toEqual({})
})
