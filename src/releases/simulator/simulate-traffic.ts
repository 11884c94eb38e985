import { createRandom, type Random } from '../../stats/random.ts'
import { drawCustomer, type Customer } from './draw-customer.ts'
import { faultAt, harmless, type Harm } from './fault-at.ts'
import { rateAt, type ReleasePlan, type ServiceName, shareAt } from './release-plan.ts'
import { durationSpread, type ShopCall, visits } from './shop.ts'

/** Whose telemetry it is: one instance of one version of a service. */
export interface Instance {
  service: ServiceName
  version: string
  instance: string
}

export interface SimulatedSpan {
  origin: Instance
  traceId: string
  spanId: string
  /** Empty at the root. */
  parentId: string
  kind: 'server' | 'client'
  name: string
  /** ms since 1970 */
  start: number
  millis: number
  failed: boolean
  attributes: Readonly<Record<string, string | number>>
}

/** The release's requests of one minute. */
export interface SimulatedMinute {
  /** ms since 1970 */
  at: number
  spans: SimulatedSpan[]
}

const minute = 60_000
const networkMillis = 0.6
/** The version of what is not released. */
const settledVersion = '1.0.0'

/** All requests of a plan, minute by minute. The same plan gives the same spans. */
export function* simulateTraffic(plan: ReleasePlan): Generator<SimulatedMinute> {
  const random = createRandom(plan.seed * 999_983 + plan.number * 31 + 5)
  for (let at = plan.from; at < plan.until; at += minute) {
    const spans: SimulatedSpan[] = []
    const arrivals = random.poisson(rateAt(plan, at))
    for (let i = 0; i < arrivals; i++) {
      spans.push(...new Visit(plan, at + random.uniform() * minute, random).spans)
    }
    yield { at, spans: spans.filter(({ origin, start }) => !isLost(plan, origin, start)) }
  }
}

/** One customer's request, with all that it causes. */
class Visit {
  readonly spans: SimulatedSpan[] = []
  readonly #plan: ReleasePlan
  readonly #random: Random
  readonly #at: number
  readonly #customer: Customer
  readonly #traceId: string
  /** Instances that answer this visit, one a service. */
  readonly #instances = new Map<ServiceName, Instance & { isCandidate: boolean; slow: number }>()
  readonly #harm: Harm

  constructor(plan: ReleasePlan, at: number, random: Random) {
    this.#plan = plan
    this.#random = random
    this.#at = at
    this.#traceId = hex(random, 4)
    this.#customer = drawCustomer(plan, at, random)
    for (const service of plan.services) this.#instances.set(service, this.#answering(service))
    const entry = this.#entry()
    const isHit = this.#instances.get(plan.fault?.service ?? 'router')!.isCandidate
    const harm = faultAt(plan, at, this.#customer, isHit)
    // drawn always: the requests of a release are the same with and without its fault
    this.#harm = random.uniform() < harm.probability ? harm : harmless
    this.#serve(entry, '', at)
  }

  #entry(): ShopCall {
    let left = this.#random.uniform()
    for (const { share, entry } of visits) {
      left -= share
      if (left < 0) return entry
    }
    return visits.at(-1)!.entry
  }

  #answering(service: ServiceName): Instance & { isCandidate: boolean; slow: number } {
    const { releases, instances, slowInstance } = this.#plan
    const release = releases.find((each) => each.service === service)
    const number = this.#random.integer(instances)
    const slow = number === 0 && release !== undefined ? slowInstance : 1
    const chance = this.#random.uniform()
    if (release === undefined) {
      const instance = `${service}-${number}`
      return { service, version: settledVersion, instance, isCandidate: false, slow }
    }
    const { preference } = release
    const times =
      preference !== undefined && this.#customer.isIn(preference.cohort) ? preference.times : 1
    const share = shareAt(release, this.#at)
    const isCandidate = chance < (share < 1 ? Math.min(0.95, share * times) : 1)
    const version = isCandidate ? release.version : release.baselineVersion
    return { service, version, instance: `${service}-${version}-${number}`, isCandidate, slow }
  }

  /** Answers one call; the time when it is answered, and whether it failed. */
  #serve(call: ShopCall, parentId: string, start: number): { end: number; failed: boolean } {
    const { service, operation } = call
    const plan = this.#plan
    const origin = this.#instances.get(service)!
    const spanId = hex(this.#random, 2)
    const harm = this.#harm
    const isHere = harm.service === service && harm.operation === operation
    const { failing, slow } = this.#customer
    let failed = this.#random.uniform() < this.#failing(service) * failing
    const own = this.#random.lognormal(Math.log(call.millis), durationSpread)
    let end = start + own * slow * origin.slow
    if (isHere && harm.effect === 'fails') failed = true
    if (harm.effect === 'breaks-above' && harm.callee === service) {
      // what cannot be used comes from below, so only where the path of the fault was taken
      failed ||= this.#reaches(call, harm)
    }
    const faultBelow = harm.effect === 'breaks-below' && harm.callee === service
    for (const next of call.calls) {
      if (!plan.services.includes(next.service)) continue
      if (this.#isSkipped(service, operation, next.service)) continue
      const called = this.#call(origin, spanId, next, end)
      end = called.end
      const isCovered =
        next.optional === true ||
        (isHere && harm.effect === 'swallows' && harm.callee === next.service) ||
        (harm.effect === 'breaks-below' && harm.callee === next.service)
      if (called.failed && !isCovered) failed = true
    }
    if (faultBelow) failed = true
    if (isHere) end = start + (end - start) * harm.factor
    const attributes = {
      'http.request.method': methodOf(operation),
      'http.route': routeOf(operation),
      'http.response.status_code': failed ? 500 : 200,
      ...(failed && { 'error.type': '500' }),
      ...this.#customer.attributes,
    }
    const millis = end - start
    const span = { origin, traceId: this.#traceId, spanId, parentId, start, millis, failed }
    this.spans.push({ ...span, kind: 'server', name: operation, attributes })
    return { end, failed }
  }

  #call(
    origin: Instance,
    parentId: string,
    next: ShopCall,
    start: number,
  ): { end: number; failed: boolean } {
    const { effect, service, callee } = this.#harm
    const spanId = hex(this.#random, 2)
    const served = this.#serve(next, spanId, start + networkMillis)
    const isRefused = effect === 'swallows' && service === origin.service && callee === next.service
    const failed = served.failed || isRefused
    const end = served.end + networkMillis
    this.spans.push({
      origin,
      traceId: this.#traceId,
      spanId,
      parentId,
      kind: 'client',
      name: methodOf(next.operation),
      start,
      millis: end - start,
      failed,
      attributes: {
        'http.request.method': methodOf(next.operation),
        'server.address': next.service,
        'url.path': routeOf(next.operation).replace(
          '{id}',
          String(100 + this.#random.integer(900)),
        ),
        'http.response.status_code': failed ? 500 : 200,
        ...(failed && { 'error.type': '500' }),
      },
    })
    return { end, failed }
  }

  #isSkipped(service: ServiceName, operation: string, next: ServiceName): boolean {
    const { effect, callee, ...at } = this.#harm
    if (callee !== next) return false
    if (effect === 'skips-below') return true
    return effect === 'skips' && at.service === service && at.operation === operation
  }

  #failing(service: ServiceName): number {
    const { noise, bursts } = this.#plan
    const burst = bursts.find(
      (each) => each.service === service && this.#at >= each.at && this.#at < each.at + each.millis,
    )
    return burst?.failing ?? noise
  }

  #reaches({ calls }: ShopCall, harm: Harm): boolean {
    return calls.some(
      (call) =>
        (call.service === harm.service && call.operation === harm.operation) ||
        this.#reaches(call, harm),
    )
  }
}

/** Telemetry of an instance that nobody receives, of any kind. */
export function isLost({ loss, releases }: ReleasePlan, origin: Instance, at: number): boolean {
  if (loss === undefined || at < loss.at) return false
  const release = releases[0]!
  if (loss.of === 'everything') return true
  if (origin.service !== release.service) return false
  return loss.of === 'service' || origin.version === release.version
}

const methodOf = (operation: string): string => operation.slice(0, operation.indexOf(' '))
const routeOf = (operation: string): string => operation.slice(operation.indexOf(' ') + 1)

function hex(random: Random, words: number): string {
  let text = ''
  for (let i = 0; i < words; i++)
    text += random
      .integer(2 ** 32)
      .toString(16)
      .padStart(8, '0')
  return text
}
