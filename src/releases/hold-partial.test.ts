import { expect, test } from 'vitest'
import { holdPartial } from './hold-partial.ts'
import { sampleVerdict } from './testing/sample-verdict.ts'

const coverage = { shards: 3, answering: 2, missing: ['h2:9000'], share: 0.688, partialAnswers: 4 }

test.each(['proceed', 'rollback', 'hold'] as const)(
  '%s becomes hold, with the share',
  (verdict) => {
    const held = holdPartial(sampleVerdict({ verdict, phase: 'watching' }), coverage)
    expect(held).toMatchObject({
      verdict: 'hold',
      phase: 'watching',
      headline: 'Hold checkout 2.0.0: 31.2 % of the data did not answer.',
    })
    expect(held.blindSpots[0]).toEqual({
      kind: 'telemetry-gap',
      title: '31.2 % of the data did not answer',
      detail: expect.stringContaining('2 of 3 shards of the cluster answer; missing: h2:9000.'),
    })
  },
)

test('a release is not done while a part of the data is missing, and stays superseded', () => {
  const done = sampleVerdict({ verdict: 'proceed', phase: 'done' })
  expect(holdPartial(done, coverage).phase).toBe('watching')
  expect(holdPartial(sampleVerdict({ phase: 'superseded' }), coverage).phase).toBe('superseded')
})

test('a shard that is back already is said, too', () => {
  const back = { ...coverage, answering: 3, missing: [], share: 1 }
  expect(holdPartial(sampleVerdict(), back).headline).toContain('did not answer for a moment')
})
