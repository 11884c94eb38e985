import { expect, test } from 'vitest'
import { sampleSelfCheck } from '../testing/sample-self-check.ts'
import type { SelfCheckRun } from './self-check.ts'
import {
  selfCheckDoubt,
  selfCheckSentence,
  selfCheckSpots,
  verdictSelfCheck,
} from './self-check-words.ts'
import type { DoneDrill } from './summarize-self-check.ts'

function run(
  alarms: number,
  found: number,
  more: Partial<SelfCheckRun> = {},
  partPlants: DoneDrill['partPlants'] = [],
): SelfCheckRun {
  const alarmed = Array.from({ length: alarms }, (_, placebo) => ({
    kind: 'instances' as const,
    placebo,
    from: '',
    to: '',
    candidateShare: 0.5,
    seconds: 60,
    claims: ['latency: operation = a'],
  }))
  const plants = Array.from({ length: 20 }, (_, i) => ({
    share: 0.2,
    plant: {
      kind: 'delay' as const,
      cohort: [],
      share: 0.2,
      effect: 2,
      ratio: 2,
      candidateShare: 0.5,
      expectedBad: 100,
      detectableRatio: 1.3,
      found: i < found,
      seconds: i < found ? 120 : null,
    },
  }))
  const placebos = { split: 20, instances: 20, edges: 40 }
  return sampleSelfCheck(more, { placebos, alarmed, plants, partPlants })
}

const own = [{}]
const before = [{ comparison: 'before-after' as const }]

test('a judge that was never drilled says so', () => {
  expect(selfCheckSpots(null, 'checkout')).toMatchObject([
    { kind: 'self-check', title: 'The judge has never been drilled on the past of checkout' },
  ])
  expect(verdictSelfCheck(null)).toEqual({
    placebos: { runs: 0, alarms: 0 },
    drills: { planted: 0, found: 0, smallestFound: null },
  })
  expect(selfCheckDoubt(null, 'rollback', own)).toBeNull()
})

test('a judge that passed its drill carries the figures and no doubt', () => {
  const good = run(0, 19)
  expect(selfCheckSpots(good, 'checkout')).toEqual([])
  expect(selfCheckDoubt(good, 'rollback', own)).toBeNull()
  expect(verdictSelfCheck(good)).toMatchObject({
    at: '2026-11-23T10:00:00.000Z',
    placebos: { runs: 40, alarms: 0, promised: 0.01, tooMany: false },
    drills: { planted: 20, found: 19, smallestFound: 2, tooFew: false },
    curve: '/api/self-check?service=checkout&environment=production',
  })
  expect(selfCheckSentence(good)).toBe(
    '0 false alarms in 40 placebos (95 % interval of the rate: 0 % to 8.8 %); 19 of 20 planted regressions found, the smallest 2.00 times the baseline, after 2 min, 19 of 20 that it should find.',
  )
})

test('a judge that alarms too often is doubted where it rests on findings, and says what it claims', () => {
  const bad = run(5, 19)
  const [spot] = selfCheckSpots(bad, 'checkout')
  expect(spot!.title).toContain(
    'alarms too often on the past of checkout: 5 of 20 placebos, at least',
  )
  expect(spot!.detail).toContain('latency: operation = a')
  expect(selfCheckDoubt(bad, 'rollback', own)).toContain(
    'Doubt it: this judge alarms too often here',
  )
  expect(selfCheckDoubt(bad, 'hold', own)).not.toBeNull()
  // what another comparison found is not theirs
  expect(selfCheckDoubt(bad, 'rollback', before)).toBeNull()
  expect(selfCheckDoubt(bad, 'hold', [])).toBeNull()
  expect(selfCheckDoubt(bad, 'proceed', own)).toBeNull()
  // too many of one kind are too many, although they are not of all forty
  expect(selfCheckSpots(run(2, 19), 'checkout')[0]!.title).toContain('2 of 20 placebos')
  // one alarm of forty may be chance
  expect(selfCheckSpots(run(1, 19), 'checkout')).toEqual([])
})

test('what two comparisons say of one placebo is one false alarm', () => {
  const own = run(1, 0).placebos.alarmed[0]!
  const placebos = { instances: 20, edges: 20 }
  const alarmed = [own, { ...own, kind: 'edges' as const }]
  const { placebos: told } = sampleSelfCheck({}, { placebos, alarmed, plants: [] })
  expect(told).toMatchObject({ runs: 20, alarms: 1 })
  expect(told.kinds).toMatchObject({ instances: { alarms: 1 }, edges: { runs: 20, alarms: 1 } })
})

test('what releases are judged by and placebos are not is a blind spot, by name', () => {
  const notCovered = [
    { kind: 'metrics' as const, why: 'One instance.' },
    { kind: 'late' as const, why: 'Too short.' },
  ]
  expect(selfCheckSpots(run(0, 19, { notCovered }), 'checkout')).toMatchObject([
    {
      subject: 'not covered',
      title:
        'The self-check of checkout does not cover its metrics and the comparison of later parts of a watch',
      detail: 'How often false alarms come from there is not measured. One instance. Too short.',
    },
  ])
})

test('a part that misses what it should find says so, and is not made up for by the others', () => {
  const plant = (part: 'edges' | 'late', isFound: boolean) => ({
    part,
    what: 'half of the calls fail',
    subject: 'POST',
    candidateShare: 0.5,
    isDetectable: true,
    found: isFound,
    seconds: isFound ? 60 : null,
  })
  const plants = Array.from({ length: 4 }, () => [plant('edges', false), plant('late', true)])
  const missing = run(0, 19, {}, plants.flat())
  expect(missing.drills).toMatchObject({
    planted: 20,
    tooFew: true,
    parts: [
      { part: 'edges', detectable: 4, foundDetectable: 0, tooFew: true },
      { part: 'late', found: 4, tooFew: false },
    ],
  })
  expect(selfCheckSpots(missing, 'checkout')).toMatchObject([
    {
      title:
        'The judge found only 0 of 4 planted regressions of its edges in the past of checkout that it should find',
    },
  ])
  expect(selfCheckSentence(missing)).toContain(
    ' Of edges, metrics, faults of all versions and late ones 4 of 8.',
  )
})

test('a judge that misses what it should find says so', () => {
  const [spot] = selfCheckSpots(run(0, 8), 'checkout')
  expect(spot!.title).toContain('found only 8 of 20 planted regressions')
})
