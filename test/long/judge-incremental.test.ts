import { expect, test } from 'vitest'
import { newWatchState } from '../../src/releases/judge/hypothesis.ts'
import { type JudgeInput, judgeRelease } from '../../src/releases/judge/judge-release.ts'
import { policyFor } from '../../src/releases/judge/plan/policy-for.ts'
import { KeptLooks } from '../../src/releases/judge/units/kept-looks.ts'
import { detectors } from '../../src/signals/detectors.ts'
import type { Store } from '../../src/store/store.ts'
import { arrivingSpans, piecesOf, storeSpans } from '../judge/arriving-spans.ts'
import { emptiedStore } from '../judge/emptied-store.ts'
import { recordedAt } from '../judge/judge-at.ts'
import { readLookByLook } from '../judge/read-look-by-look.ts'

const start = Date.UTC(2026, 0, 15, 6)
const minute = 60_000

let store: Store
emptiedStore((opened) => {
  store = opened
})

test.each([2, 3])('look by look and at once, seed %i', async (seed) => {
  const { last, repeated } = await readLookByLook(store, {
    environment: `seed-${seed}`,
    seed,
    traces: 600,
    maxUnits: 100_000,
    minutes: 30,
    compareEvery: 3,
  })
  expect(last.silent.filter((each) => each === 1).length).toBeGreaterThan(40)
  expect(repeated).toBeGreaterThan(40)
})

test('a sample is a part of the larger one that was kept', async () => {
  const { last } = await readLookByLook(store, {
    environment: 'sampled',
    seed: 4,
    traces: 900,
    maxUnits: 150,
    minutes: 30,
    compareEvery: 3,
  })
  expect(last.sample?.oneOf).toBeGreaterThanOrEqual(8)
  expect(last.rows).toBeGreaterThan(40)
})

test('with what earlier looks left, a look says what one without them says', async () => {
  const recorded = recordedAt('kept', start, { version: '2.0.0', baselineVersion: '1.0.0' })
  const spans = arrivingSpans(11, 900, start - 6 * minute, start + 11 * minute)
  for (const some of piecesOf(spans)) await storeSpans(store, 'kept', some)
  const kept = new KeptLooks()
  let state = newWatchState()
  for (const minutes of [8, 9, 10]) {
    const input: JudgeInput = {
      store,
      recorded,
      state,
      pace: { everySeconds: 10, blockSeconds: 10, lagSeconds: 0 },
      policy: policyFor(recorded.release.reason, recorded.policy),
      detectors,
      now: start + minutes * minute,
      superseded: false,
      url: '',
    }
    const judgement = await judgeRelease({ ...input, kept })
    expect(judgement).toEqual(await judgeRelease(input))
    state = judgement.state
  }
  expect(kept.units.bytes).toBeGreaterThan(0)
  expect(state.looks).toBe(3)
})
