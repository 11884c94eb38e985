import { expect, test } from 'vitest'
import { planDrill } from './plan-drill.ts'
import type { Slots } from './quiet-cuts.ts'

const hours = (count: number, requests = 100): Slots => ({
  from: 0,
  slotMillis: 60_000,
  slots: Array.from({ length: count * 60 }, () => ({
    requests,
    versions: new Map([
      ['v1', requests - 10],
      ['v2', 10],
    ]),
  })),
})

test('a cut has enough requests where the past allows it, and nothing was released in it', () => {
  const release = 12 * 3_600_000
  const plan = planDrill(hours(24), [release], 5, 60_000, 1)
  expect(plan.seconds).toBe(3600)
  expect(plan.splitCuts).toHaveLength(10)
  expect(plan.timeCuts).toHaveLength(5)
  for (const { from, to, versions } of [...plan.splitCuts, ...plan.timeCuts]) {
    expect(to - from).toBe(3_600_000)
    expect(versions).toEqual(['v1', 'v2'])
    expect(from > release || to <= release).toBe(true)
  }
  // what a before/after cut is compared with is without a release, too
  for (const { from } of plan.timeCuts) expect(from % release).toBeGreaterThanOrEqual(4 * 3_600_000)
  expect(plan.gaps).toEqual([])
  expect(planDrill(hours(24), [release], 5, 60_000, 1)).toEqual(plan)
  expect(planDrill(hours(24), [release], 5, 60_000, 2)).not.toEqual(plan)
})

test('too little past is said, not drilled', () => {
  expect(planDrill(null, [], 5, 60_000, 1).gaps).toEqual(['There is no traffic in that time.'])
  const young = planDrill(hours(0.5), [], 5, 60_000, 1)
  expect(young).toMatchObject({ splitCuts: [], timeCuts: [] })
  expect(young.gaps[0]).toContain('has 30 min of traffic; 40 are needed')
  const thin = planDrill(hours(24, 11), [], 5, 3_600_000, 1)
  expect(thin.splitCuts).toEqual([])
  // an hour is enough to divide, and hardly enough to compare before with after
  const hour = planDrill(hours(2), [], 5, 60_000, 1)
  expect(hour.splitCuts.length).toBeGreaterThan(2)
  expect(hour.gaps.join()).toContain('Of 5 cuts to be compared with the time before them ')
})

test('cuts for later parts of a watch have as long a quiet time before them; too short a past has none', () => {
  const { lateCuts } = planDrill(hours(1), [], 0, 60_000, 1, 2)
  expect(lateCuts).toHaveLength(2)
  for (const { from, to } of lateCuts) {
    expect(to - from).toBe(15 * 60_000)
    expect(from).toBeGreaterThanOrEqual(15 * 60_000)
  }
  const short = planDrill(hours(22 / 60), [], 0, 20_000, 1, 2).lateCuts
  expect(short.map(({ from, to }) => to - from)).toEqual([11 * 60_000])
  expect(planDrill(hours(19 / 60), [], 0, 20_000, 1, 2).lateCuts).toEqual([])
})
