import type { Random } from '../../stats/random.ts'
import type { Fault, ServiceName, SimulatedCohort, SimulatedKind } from './release-plan.ts'

/** What is released, and what is wrong with it. */
export interface PlannedFault {
  service: ServiceName
  fault: Fault | null
  /** One sentence. */
  detail: string
}

/** Draws the fault of a kind; strengths lie on both sides of what can be seen. */
export function planFault(kind: SimulatedKind, random: Random): PlannedFault {
  return planners[kind](random)
}

type Planner = (random: Random) => PlannedFault

const nothingWrong: Planner = (random) => {
  const services: ServiceName[] = ['storefront', 'checkout', 'inventory', 'payment']
  return { service: one(random, services), fault: null, detail: 'nothing is wrong' }
}

const crash: Planner = (random) => {
  const probability = between(random, 0.15, 0.8)
  const fault = faultOf('fails', one(random, places.crash), { probability })
  return planted(fault, `fails in ${percent(probability)} of the requests`)
}

const planners: Record<SimulatedKind, Planner> = {
  healthy: nothingWrong,
  'mix-shift': nothingWrong,
  'telemetry-loss': nothingWrong,
  'instance-noise': nothingWrong,
  crash,
  overlapping: crash,
  'slow-cohort': (random) => {
    const factor = between(random, 3, 10)
    const fault = faultOf('slow', one(random, places.slow), {
      factor,
      cohort: one(random, cohorts),
    })
    const where = cohortWords(fault.cohort)
    return planted(fault, `takes ${factor.toFixed(1)} times as long where ${where}`)
  },
  'wrong-value': (random) => {
    const [effect, place] = one(random, places.wrong)
    const probability = between(random, 0.3, 1)
    const fault = faultOf(effect, place, { probability })
    const how = `hands on a wrong value in ${percent(probability)} of the requests`
    return planted(fault, `${how}: ${fault.callee}, two calls away, ${outcomes[effect]}`)
  },
  'swallowed-error': (random) => {
    const probability = between(random, 0.1, 0.6)
    const fault = faultOf('swallows', one(random, places.calls), { probability })
    const how = `gets errors of ${fault.callee} in ${percent(probability)} of the requests`
    return planted(fault, `${how}, and answers as if all were well`)
  },
  'missing-call': (random) => {
    const probability = between(random, 0.3, 1)
    const fault = faultOf('skips', one(random, places.calls), { probability })
    return planted(
      fault,
      `does not call ${fault.callee} in ${percent(probability)} of the requests`,
    )
  },
  leak: (random) => {
    const factor = between(random, 2, 8)
    const fault = faultOf('leaks', one(random, places.slow), { factor })
    return planted(fault, `takes up to ${factor.toFixed(1)} times as long while memory grows`)
  },
  'late-onset': (random) => {
    const probability = between(random, 0.3, 1)
    const minutes = 12 + random.integer(5)
    const strength = { probability, onset: minutes * 60_000 }
    const fault = faultOf('fails', one(random, places.crash), strength)
    const how = `fails in ${percent(probability)} of the requests`
    return planted(fault, `${how} from ${minutes} min after the start`)
  },
  'config-fault': (random) => {
    const probability = between(random, 0.12, 0.7)
    const fault = faultOf('fails', one(random, places.crash), { probability, bothSides: true })
    return planted(fault, `fails in ${percent(probability)} of the requests, with either version`)
  },
}

function one<T>(random: Random, values: readonly T[]): T {
  return values[random.integer(values.length)]!
}

const between = (random: Random, low: number, high: number): number =>
  low + random.uniform() * (high - low)

function faultOf(
  effect: Fault['effect'],
  [service, operation, callee]: Place,
  strength: Partial<Fault>,
): Fault {
  return {
    effect,
    service,
    operation,
    ...(callee !== undefined && { callee }),
    cohort: {},
    probability: 1,
    factor: 1,
    onset: 0,
    bothSides: false,
    ...strength,
  }
}

/** @param what it does, after the name of the operation */
function planted(fault: Fault, what: string): PlannedFault {
  const { service, operation } = fault
  return { service, fault, detail: `${operation} of ${service} ${what}` }
}

type Place = readonly [service: ServiceName, operation: string, callee?: ServiceName]

const places = {
  crash: [
    ['checkout', 'POST /orders'],
    ['checkout', 'POST /quotes'],
    ['payment', 'POST /charges'],
    ['storefront', 'POST /cart'],
    ['inventory', 'POST /reservations'],
  ],
  slow: [
    ['checkout', 'POST /orders'],
    ['payment', 'POST /charges'],
    ['storefront', 'POST /cart'],
    ['storefront', 'POST /orders'],
  ],
  calls: [
    ['checkout', 'POST /orders', 'payment'],
    ['checkout', 'POST /orders', 'inventory'],
  ],
  wrong: [
    ['breaks-below', ['storefront', 'POST /orders', 'payment']],
    ['skips-below', ['storefront', 'POST /orders', 'payment']],
    ['breaks-above', ['payment', 'POST /charges', 'storefront']],
    ['breaks-above', ['inventory', 'POST /reservations', 'storefront']],
  ],
} satisfies {
  crash: Place[]
  slow: Place[]
  calls: Place[]
  wrong: [Fault['effect'], Place][]
}

const cohorts: readonly SimulatedCohort[] = [
  { 'app.country': 'DE' },
  { 'app.country': 'US' },
  { 'app.plan': 'plus' },
  { 'app.plan': 'business' },
  { 'app.client_version': '4.1' },
  { 'app.plan': 'free', 'app.client_version': '4.2' },
]

const outcomes: Partial<Record<Fault['effect'], string>> = {
  'breaks-below': 'answers errors, which its caller puts off',
  'skips-below': 'is not called',
  'breaks-above': 'fails with it',
}

export function cohortWords(cohort: SimulatedCohort): string {
  return Object.entries(cohort)
    .map(([name, value]) => `${name} = ${value}`)
    .join(' and ')
}

const percent = (share: number): string => `${Math.round(100 * share)} %`
