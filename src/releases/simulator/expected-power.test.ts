import { expect, test } from 'vitest'
import { expectedPower } from './expected-power.ts'
import { numbersOf, planRelease } from './plan-release.ts'
import { type Fault, type ReleasePlan, type SimulatedKind, simulatedKinds } from './release-plan.ts'

const seed = 3

function withFault(kind: SimulatedKind, strength: Partial<Fault>): ReleasePlan {
  const plan = planRelease(seed, numbersOf(seed, 1, [kind])[0]!)
  return { ...plan, fault: { ...plan.fault!, ...strength } }
}

test('a release without a fault has nothing to be detected', () => {
  const plan = planRelease(seed, numbersOf(seed, 1, ['healthy'])[0]!)
  expect(expectedPower(plan)).toBeNull()
})

test.each([
  'crash',
  'swallowed-error',
  'missing-call',
  'wrong-value',
  'config-fault',
  'late-onset',
] as const)(
  '%s: nobody sees a fault that hits hardly anybody, and nobody may miss one that hits everybody',
  (kind) => {
    const faint = expectedPower(withFault(kind, { probability: 0.01 }))!
    expect(faint.power).toBeLessThan(0.5)
    expect(faint.isDetectable).toBe(false)
    const loud = expectedPower(withFault(kind, { probability: 0.99 }))!
    expect(loud).toMatchObject({ isDetectable: true })
    expect(loud.extraBad).toBeGreaterThan(50 * faint.extraBad)
    expect(loud.ratio).toBeGreaterThan(faint.ratio)
  },
)

test.each(['slow-cohort', 'leak'] as const)('%s: the longer requests take, the surer', (kind) => {
  const cohort = kind === 'leak' ? {} : { 'app.client_version': '4.2' }
  const power = [1.05, 3, 20].map(
    (factor) => expectedPower(withFault(kind, { factor, cohort }))!.power,
  )
  expect(power[0]).toBeLessThan(0.1)
  expect(power[1]).toBeGreaterThanOrEqual(power[0]!)
  expect(power[2]).toBeGreaterThan(0.99)
})

test('a fault of the new version that begins when no old one answers is one of the time before', () => {
  const late = withFault('crash', { probability: 0.9, onset: 35 * 60_000 })
  expect(expectedPower(late)!.power).toBeLessThan(0.5)
})

test('faults lie on both sides of the line, most of them above it', () => {
  const faults = simulatedKinds.flatMap((kind) =>
    numbersOf(seed, 3, [kind])
      .map((number) => expectedPower(planRelease(seed, number)))
      .filter((expected) => expected !== null),
  )
  const share = faults.filter(({ isDetectable }) => isDetectable).length / faults.length
  expect(faults).toHaveLength(27)
  expect(share).toBeGreaterThan(0.6)
  expect(share).toBeLessThan(0.95)
})
