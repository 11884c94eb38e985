import { createRandom, type Random } from '../../stats/random.ts'
import { cohortWords, planFault } from './plan-fault.ts'
import type {
  PlannedRelease,
  ReleasePlan,
  ServiceName,
  SimulatedCohort,
  SimulatedKind,
} from './release-plan.ts'
import { simulatedKinds } from './release-plan.ts'

/** A Monday; simulated releases follow each other from here on, each in hours of its own. */
const epoch = Date.UTC(2026, 0, 5)
/** Between two releases, ms: no two of them share an hour, so that reading one does not read another. */
const apart = 3 * 3_600_000
const minute = 60_000
export const historyMinutes = 20
export const watchMinutes = 36

/** Of twenty releases in a row eight are healthy, and every other kind occurs once. */
const slots: readonly SimulatedKind[] = [
  ...Array.from({ length: 7 }, () => 'healthy' as const),
  ...simulatedKinds,
]

/** Which kind a release of a drill is: every twenty of them have the same kinds, in an order of their own. */
export function kindOf(seed: number, number: number): SimulatedKind {
  const round = Math.floor((number - 1) / slots.length)
  const random = createRandom(seed * 1_000_003 + round * 7919 + 17)
  const order = [...slots]
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.integer(i + 1)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order[(number - 1) % slots.length]!
}

/** The numbers of the first `count` releases of a drill that are of some of the kinds. */
export function numbersOf(seed: number, count: number, kinds: readonly SimulatedKind[]): number[] {
  const numbers: number[] = []
  for (let number = 1; numbers.length < count; number++) {
    if (kinds.includes(kindOf(seed, number))) numbers.push(number)
  }
  return numbers
}

/** The plan of one release: the same seed and number, the same plan. */
export function planRelease(seed: number, number: number): ReleasePlan {
  const random = createRandom(seed * 1_000_003 + number)
  const kind = kindOf(seed, number)
  const from = epoch + (number - 1) * apart + random.integer(50) * minute
  const start = from + historyMinutes * minute
  const until = start + watchMinutes * minute
  const optional: ServiceName[] = random.uniform() < 0.6 ? ['recommendations'] : []
  const services: ServiceName[] = [
    'router',
    'storefront',
    'checkout',
    'inventory',
    'payment',
    ...optional,
  ]
  const planted = planFault(kind, random)
  const first = plannedRelease(planted.service, start, rampOf(kind, random), random)
  const base: ReleasePlan = {
    seed,
    number,
    kind,
    detail: planted.detail,
    environment: `drill-${seed}-${number}`,
    from,
    until,
    releases: [first],
    fault: planted.fault,
    services,
    rate: 45 + random.uniform() * 20,
    swing: 0.1 + random.uniform() * 0.25,
    cycleMinutes: 60 + random.uniform() * 180,
    phase: random.uniform(),
    noise: 0.002 + random.uniform() * 0.004,
    bursts: burstsOf(kind, from, until, random),
    instances: 2 + random.integer(2),
    slowInstance: kind === 'instance-noise' ? 2.5 + random.uniform() * 2 : 1,
  }
  return { ...base, ...traitsOf(kind, base, random) }
}

function plannedRelease(
  service: ServiceName,
  start: number,
  ramp: PlannedRelease['ramp'],
  random: Random,
): PlannedRelease {
  const major = 2 + random.integer(6)
  return {
    service,
    version: `${major}.${1 + random.integer(8)}.0`,
    baselineVersion: `${major}.0.${random.integer(10)}`,
    start,
    ramp,
  }
}

/** 1 %, 50 %, 100 %; what begins late needs time after 100 %, and what builds up slowly needs time before. */
function rampOf(kind: SimulatedKind, random: Random): PlannedRelease['ramp'] {
  const first = 2 + random.integer(3)
  const half = kind === 'late-onset' ? 4 + random.integer(3) : 18 + random.integer(5)
  const steps = [
    { at: 0, share: 0.01 },
    { at: first * minute, share: 0.5 },
  ]
  return kind === 'leak' ? steps : [...steps, { at: (first + half) * minute, share: 1 }]
}

/** One in five releases lives through an incident that is nobody's release. */
function burstsOf(
  kind: SimulatedKind,
  from: number,
  until: number,
  random: Random,
): ReleasePlan['bursts'] {
  if (kind !== 'healthy' || random.uniform() >= 0.2) return []
  const at = from + random.uniform() * (until - from)
  const service = random.uniform() < 0.5 ? 'payment' : 'inventory'
  return [{ at, millis: (20 + random.uniform() * 40) * 1000, service, failing: 0.15 }]
}

function traitsOf(kind: SimulatedKind, plan: ReleasePlan, random: Random): Partial<ReleasePlan> {
  const first = plan.releases[0]!
  if (kind === 'telemetry-loss') {
    const of = (['candidate', 'service', 'everything'] as const)[random.integer(3)]!
    const at = first.start + (8 + random.integer(5)) * minute
    const what = {
      candidate: 'the new version',
      service: first.service,
      everything: 'all services',
    }
    const detail = `telemetry of ${what[of]} stops ${(at - first.start) / minute} min after the start`
    return { loss: { at, of }, detail }
  }
  if (kind === 'mix-shift') return mixOf(first, random)
  if (kind === 'overlapping') return overlapOf(plan, random)
  return {}
}

function mixOf(first: PlannedRelease, random: Random): Partial<ReleasePlan> {
  const cohort: SimulatedCohort =
    random.uniform() < 0.5 ? { 'app.country': 'BR' } : { 'app.plan': 'business' }
  const burden = { cohort, failing: 3, slow: 1.6 }
  const words = cohortWords(cohort)
  const worse =
    'whose requests fail three times as often and take 1.6 times as long with any version'
  if (random.uniform() < 0.5) {
    return {
      burden,
      releases: [{ ...first, preference: { cohort, times: 1.8 } }],
      detail: `the new version gets 1.8 times its share of ${words}, ${worse}`,
    }
  }
  return {
    burden,
    campaign: { at: first.start, cohort, times: 2.5 },
    detail: `since the start 2.5 times as many customers with ${words} come, ${worse}`,
  }
}

/** Another service of the same paths is released some minutes before or after; it is healthy. */
function overlapOf(plan: ReleasePlan, random: Random): Partial<ReleasePlan> {
  const guilty = plan.releases[0]!
  const others = (['storefront', 'checkout', 'payment', 'inventory'] as const).filter(
    (service) => service !== guilty.service,
  )
  const service = others[random.integer(others.length)]!
  const shift = (random.uniform() < 0.5 ? -1 : 1) * (3 + random.integer(5)) * minute
  const other = plannedRelease(service, guilty.start + shift, rampOf('overlapping', random), random)
  const when = `${Math.abs(shift) / minute} min ${shift < 0 ? 'earlier' : 'later'}`
  return {
    releases: [guilty, other],
    until: plan.until + Math.max(0, shift),
    detail: `${plan.detail}; ${service} is released ${when} and is healthy`,
  }
}
