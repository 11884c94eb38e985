/** What a simulated release is: everything that its telemetry follows from. */

/** Every kind of simulated release; two of five are plainly `healthy`. */
export const simulatedKinds = [
  'healthy',
  'crash',
  'slow-cohort',
  'wrong-value',
  'swallowed-error',
  'missing-call',
  'leak',
  'late-onset',
  'config-fault',
  'mix-shift',
  'telemetry-loss',
  'instance-noise',
  'overlapping',
] as const
export type SimulatedKind = (typeof simulatedKinds)[number]

export const kindWords: Record<SimulatedKind, string> = {
  healthy: 'nothing is wrong',
  crash: 'requests of one operation fail',
  'slow-cohort': 'requests of one cohort are slow',
  'wrong-value': 'a value goes wrong where the service itself and its neighbours see nothing',
  'swallowed-error': 'a call fails, and the answer says that all is well',
  'missing-call': 'a call is no longer made',
  leak: 'memory grows, and requests slow down',
  'late-onset': 'requests fail from some time after 100 %',
  'config-fault': 'requests of both versions fail since the release began',
  'mix-shift': 'healthy, and other customers come',
  'telemetry-loss': 'healthy, and telemetry stops midway',
  'instance-noise': 'healthy, and one slow instance on either side',
  overlapping: 'two services released at once, one of them with a fault',
}

export type ServiceName =
  | 'router'
  | 'storefront'
  | 'checkout'
  | 'inventory'
  | 'payment'
  | 'recommendations'

/** Attribute and value; several are a conjunction. */
export type SimulatedCohort = Readonly<Record<string, string>>

export type FaultEffect =
  /** requests of `operation` fail, and so do their callers */
  | 'fails'
  /** … take `factor` times as long */
  | 'slow'
  /** … take longer the longer the version runs, `factor` times at the end, and memory grows */
  | 'leaks'
  /** … get an error from `callee` and answer as if they had not */
  | 'swallows'
  /** … do not call `callee` */
  | 'skips'
  /** … pass a value on with which `callee`, two calls away, answers an error that its caller takes for a later task */
  | 'breaks-below'
  /** … pass a value on with which `callee`, two calls away, is not called */
  | 'skips-below'
  /** … answer with a value that `callee`, two calls up, cannot use */
  | 'breaks-above'

export interface Fault {
  effect: FaultEffect
  /** The released service that brings it. */
  service: ServiceName
  operation: string
  callee?: ServiceName
  /** Requests that can be hit; empty: all. */
  cohort: SimulatedCohort
  /** That a request which can be hit is hit. */
  probability: number
  /** Of durations; 1 where they are not touched. */
  factor: number
  /** ms after the start of its release */
  onset: number
  /** The old version has it too, from then on. */
  bothSides: boolean
}

export interface PlannedRelease {
  service: ServiceName
  version: string
  baselineVersion: string
  /** ms since 1970 */
  start: number
  /** Share of the requests from then on, ms after the start; the first step is at 0. */
  ramp: readonly { at: number; share: number }[]
  /** Candidates get so many times their share of the requests of a cohort. */
  preference?: { cohort: SimulatedCohort; times: number }
}

export interface TelemetryLoss {
  /** ms since 1970 */
  at: number
  of: 'candidate' | 'service' | 'everything'
}

export interface ReleasePlan {
  seed: number
  /** Of the release within its drill, from 1. */
  number: number
  kind: SimulatedKind
  /** One sentence: what is planted. */
  detail: string
  environment: string
  /** ms since 1970: of the telemetry */
  from: number
  until: number
  /** What is released; where there are two, the fault is in the first or in the second. */
  releases: readonly PlannedRelease[]
  fault: Fault | null
  /** Which services there are. */
  services: readonly ServiceName[]
  /** Traces a minute, on average. */
  rate: number
  /** Of the daily cycle: how far the rate swings, 0 to 1, and where in its turn of `cycleMinutes` it begins. */
  swing: number
  cycleMinutes: number
  phase: number
  /** That a request fails by itself at a service that it meets. */
  noise: number
  /** Failures of everybody, since something that all share hiccups. */
  bursts: readonly { at: number; millis: number; service: ServiceName; failing: number }[]
  /** Customers of a cohort come so many times as often, from then on (ms since 1970). */
  campaign?: { at: number; cohort: SimulatedCohort; times: number }
  /** A cohort whose requests fail and last so many times as others, on all versions. */
  burden?: { cohort: SimulatedCohort; failing: number; slow: number }
  /** Instances of either version, and the factor of the durations of the first of them. */
  instances: number
  slowInstance: number
  loss?: TelemetryLoss
}

/** The release that carries the fault. */
export function faultyRelease({ fault, releases }: ReleasePlan): PlannedRelease | null {
  return fault === null ? null : (releases.find(({ service }) => service === fault.service) ?? null)
}

/** The share of the requests that the new version gets at a time, ms since 1970. */
export function shareAt({ start, ramp }: PlannedRelease, at: number): number {
  let share = 0
  for (const step of ramp) if (at >= start + step.at) share = step.share
  return share
}

/** Traces a minute at a time, ms since 1970. */
export function rateAt(plan: ReleasePlan, at: number): number {
  const turn = (at - plan.from) / 60_000 / plan.cycleMinutes + plan.phase
  return plan.rate * (1 + plan.swing * Math.sin(2 * Math.PI * turn))
}
