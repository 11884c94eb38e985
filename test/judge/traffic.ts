/** A service's traffic with known faults, as telemetry. */
import { createRandom, type Random } from '../../src/stats/random.ts'
import type { Store } from '../../src/store/store.ts'
import { type Origin, sendSpans, type SpanSpec } from './otlp-spans.ts'

export interface Traffic extends Origin {
  /** ms since 1970 */
  from: number
  seconds: number
  /** Requests in all. */
  requests: number
  /** Share of all requests that fail; default 1 %. */
  failing?: number
  /** Orders with this plan fail without saying so. */
  swallowedPlan?: string
}

const plans = ['free', 'free', 'free', 'plus', 'plus', 'business']
const regions = ['eu', 'eu', 'us', 'asia']

let traces = 0

/** Sends requests evenly over a stretch of time; resolves when they can be asked for. */
export async function sendTraffic(store: Store, traffic: Traffic): Promise<void> {
  await sendSpans(store, traffic, trafficSpans(traffic))
  await store.drained()
}

/** Requests evenly over a stretch of time, as spans. */
export function trafficSpans(traffic: Traffic): SpanSpec[] {
  const random = createRandom(traces + 1)
  return Array.from({ length: traffic.requests }, (_, i) => request(traffic, random, i)).flat()
}

function request(traffic: Traffic, random: Random, i: number): SpanSpec[] {
  const { from, seconds, requests, failing = 0.01, swallowedPlan } = traffic
  const pick = (values: readonly string[]): string =>
    values[Math.floor(random.uniform() * values.length)]!
  const trace = traces++
  const start = from + (i / requests) * seconds * 1000
  const order = random.uniform() < 0.5
  const plan = pick(plans)
  const entry: SpanSpec = {
    trace,
    span: 0,
    name: order ? 'POST /orders' : 'GET /cart',
    kind: 'server',
    start,
    duration: random.lognormal(Math.log(order ? 40 : 8), 0.3),
    ...(random.uniform() < failing ? { status: 'error' } : {}),
    attributes: { 'app.plan': plan, 'app.region': pick(regions) },
  }
  if (!order || plan !== swallowedPlan) return [entry]
  const attributes = { 'url.path': '/charges' }
  return [
    entry,
    { trace, span: 1, parent: 0, name: 'POST', kind: 'client', start, status: 'error', attributes },
  ]
}
