import { describe, expect, test } from 'vitest'
import { createRandom } from '../../../stats/random.ts'
import { tableOf, type UnitRow } from '../../testing/table-of.ts'
import { defaultPolicy } from '../policy.ts'
import { fullTrafficMillis } from './full-traffic.ts'
import {
  hourMillis,
  hourOfWeek,
  hoursWithin,
  livedHours,
  usualHours,
  weekSeen,
} from './hours-of-week.ts'
import { levelWindows } from './level-windows.ts'
import { policyFor, policyLimits } from './policy-for.ts'
import { scheduledJobs } from './scheduled-jobs.ts'

/** Monday 2026-03-02 00:00 UTC, in hours since 1970. */
const monday = Date.UTC(2026, 2, 2) / hourMillis
const range = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i)

describe('the policy of a release', () => {
  test('is stricter for what is made under pressure or reaches everything at once', () => {
    for (const reason of ['incident-fix', 'config'] as const) {
      const policy = policyFor(reason)
      expect(policy.soakHours).toBe(2 * defaultPolicy.soakHours)
      expect(Math.log(policy.alphaSafe)).toBeCloseTo(2 * Math.log(defaultPolicy.alphaSafe))
      const { soakHours: _soak, ...margins } = policyLimits
      for (const key of Object.keys(margins) as (keyof typeof margins)[])
        expect(policy[key]).toBeLessThan(defaultPolicy[key])
      expect(policy.alphaHarm).toBe(defaultPolicy.alphaHarm)
      expect(policy.harmFailureRatio).toBe(defaultPolicy.harmFailureRatio)
    }
    for (const reason of ['feature', 'fix', 'rollback'] as const)
      expect(policyFor(reason)).toEqual(defaultPolicy)
  })

  test('is what was set for it', () => {
    expect(policyFor('config', { soakHours: 2 })).toEqual({ ...policyFor('config'), soakHours: 2 })
  })
})

describe('hours', () => {
  test('begin on a Monday, and count when half of them was watched', () => {
    expect([monday, monday + 24 * 6 + 23, monday + 168].map(hourOfWeek)).toEqual([0, 167, 0])
    const from = monday * hourMillis
    expect(hoursWithin(from + 0.4 * hourMillis, from + 2.4 * hourMillis)).toEqual([
      monday,
      monday + 1,
    ])
    expect(hoursWithin(from + 0.6 * hourMillis, from + 2.6 * hourMillis)).toEqual([
      monday + 1,
      monday + 2,
    ])
  })

  test('are lived through only with requests of the candidate', () => {
    const at = (hour: number): number => (monday + hour + 0.5) * hourMillis
    const table = tableOf([
      { at: at(0), candidate: true },
      { at: at(1), candidate: false },
      { at: at(2), candidate: true },
    ])
    const from = monday * hourMillis
    const window = { from, to: from + 3 * hourMillis, blockMillis: hourMillis, blocks: 3 }
    expect(livedHours(table, window)).toEqual([monday, monday + 2])
  })

  test('of a past of a week are those of the week; of a shorter past those of the day', () => {
    const days = (n: number): number[] =>
      range(0, n).flatMap((day) => range(monday + 24 * day + 9, 8))
    // Monday to Friday, two weeks of them
    const weeks = [...days(5), ...days(5).map((hour) => hour + 168)]
    const usual = usualHours({ hours: weeks })
    expect(usual(monday + 336 + 10)).toBe(true)
    expect(usual(monday + 336 + 5 * 24 + 10)).toBe(false)
    expect(weekSeen({ hours: weeks }, range(monday + 336 + 9, 4))).toEqual({
      withTraffic: 40,
      lived: 4,
      isWholeWeek: true,
    })
    const short = usualHours({ hours: days(2) })
    expect(short(monday + 336 + 5 * 24 + 10)).toBe(true)
    expect(short(monday + 336 + 8)).toBe(false)
    expect(usualHours({ hours: [] })(monday)).toBe(false)
  })
})

describe('scheduled work', () => {
  const day = 24 * 60
  const first = monday * 60
  const start = (first + 10 * day + 300) * 60_000
  const jobs = (minutes: readonly number[]) => scheduledJobs([{ operation: 'job', minutes }], start)

  test('is what runs at regular times, with its next run', () => {
    // 02:00 every night, for some minutes
    const nightly = range(0, 11).flatMap((i) => range(first + i * day + 120, 4))
    expect(jobs(nightly)).toEqual([
      { operation: 'job', everyMinutes: day, runs: 11, due: (first + 11 * day + 120) * 60_000 },
    ])
    // a minute early or late, and a night left out
    const shaky = range(0, 11)
      .filter((i) => i !== 5)
      .map((i) => first + i * day + 120 + (i % 3))
    expect(jobs(shaky)).toMatchObject([{ everyMinutes: expect.closeTo(day, -1), runs: 10 }])
    expect(jobs(range(8, 3).map((i) => first + i * day))).toMatchObject([{ runs: 3 }])
  })

  test('is nothing irregular, nothing that has stopped, and nothing seen twice', () => {
    expect(jobs(range(0, 2).map((i) => first + (9 + i) * day))).toEqual([])
    expect(jobs(range(0, 3).map((i) => first + i * day))).toEqual([])
    const random = createRandom(4)
    let found = 0
    for (let run = 0; run < 300; run++) {
      const minutes = Array.from(
        { length: 3 + (run % 20) },
        () => first + Math.floor(random.uniform() * 10 * day),
      )
      found += jobs(minutes.toSorted((a, b) => a - b)).length
    }
    expect(found).toBeLessThan(6)
  })
})

test('the candidate carries all traffic only when nearly all requests are its own, up to now', () => {
  const rows = (from: number, to: number, share: number): UnitRow[] =>
    range(0, 400).map((i) => ({
      at: from + ((to - from) * i) / 400,
      candidate: (i * 37) % 100 < 100 * share,
    }))
  const window = { from: 0, to: 48_000, blockMillis: 1000, blocks: 48 }
  const canary = tableOf([...rows(0, 24_000, 0.2), ...rows(24_000, 48_000, 1)])
  expect(fullTrafficMillis(canary, window, 48_000)).toBe(24_000)
  const stale = tableOf([...rows(0, 40_000, 1), ...rows(40_000, 48_000, 0.5)])
  expect(fullTrafficMillis(stale, window, 48_000)).toBe(0)
  // nobody asked for anything in the second half
  const quiet = tableOf(rows(0, 24_000, 1))
  expect(fullTrafficMillis(quiet, window, 48_000)).toBe(24_000)
})

describe('levels', () => {
  const soak = 64_000
  const window = (to: number) => ({ from: 0, to, blockMillis: 1000, blocks: to / 1000 })
  /** @param rising failure rate and duration grow so many times over the soak */
  const watched = (rising: number, seed = 1): UnitRow[] => {
    const random = createRandom(seed)
    return range(0, 12_000).map((i): UnitRow => {
      const grown = 1 + ((rising - 1) * i) / 12_000
      return {
        at: (i / 12_000) * soak,
        candidate: true,
        duration: grown * random.lognormal(Math.log(10), 0.5),
        failed: random.uniform() < 0.01 * grown,
      }
    })
  }

  test('are judged once their window is over, over windows that double', () => {
    const table = tableOf(watched(1))
    const early = levelWindows(table, window(20_000), soak, defaultPolicy)
    expect(early.map(({ length, isOver }) => [length, isOver])).toEqual([
      [16_000, true],
      [32_000, false],
      [64_000, false],
    ])
    expect(early[1]).toMatchObject({ met: false, progress: 20 / 32 })
    const whole = levelWindows(table, window(soak), soak, defaultPolicy)
    expect(whole.map(({ met }) => met)).toEqual([true, true, true])
    // what was proven stays proven
    expect(whole[0]).toEqual(early[0])
  })

  test('that rise are not proven to stay', () => {
    for (const seed of [1, 2, 3]) {
      const last = levelWindows(tableOf(watched(6, seed)), window(soak), soak, defaultPolicy).at(-1)
      expect(last).toMatchObject({ isOver: true, met: false })
    }
  })

  test('of too few requests are not proven either', () => {
    const few = tableOf(watched(1).filter((_, i) => i % 200 === 0))
    expect(levelWindows(few, window(soak), soak, defaultPolicy).some(({ met }) => met)).toBe(false)
  })
})
