/** A past in which nothing was released: traces of a shop, and metrics of the same processes. */
import { createRandom } from '../../src/stats/random.ts'
import type { Store } from '../../src/store/store.ts'
import { fourProcesses, metricFleet, releasedAt } from './metric-fleet.ts'
import { serve } from './metric-processes.ts'
import { sendSpans, type SpanSpec } from './otlp-spans.ts'

/** ms since 1970 */
export const quietUntil = releasedAt

const stepMillis = 10_000
const instances = ['a', 'b', 'c', 'd', 'e', 'f']

/** Checkout's requests, each with a call to payment, evenly over the time; and what its processes measured. */
export async function sendQuietPast(
  store: Store,
  { minutes, requests }: { minutes: number; requests: number },
): Promise<void> {
  const random = createRandom(5)
  const from = quietUntil - minutes * 60_000
  const checkout = instances.map((): SpanSpec[] => [])
  const payment: SpanSpec[] = []
  for (let trace = 0; trace < requests; trace++) {
    const start = from + ((trace + random.uniform()) / requests) * minutes * 60_000
    const own = checkout[random.integer(instances.length)]!
    const failed = (rate: number) => (random.uniform() < rate ? { status: 'error' as const } : {})
    const took = random.lognormal(Math.log(20), 0.3)
    const name = random.uniform() < 0.3 ? 'GET /cart' : 'POST /orders'
    own.push({ trace, span: 1, name, kind: 'server', start, duration: took, ...failed(0.01) })
    const call = { trace, start: start + 1, duration: took / 3, ...failed(0.005) }
    const attributes = { 'server.address': 'payment', 'url.path': '/charges' }
    own.push({ ...call, span: 2, parent: 1, name: 'POST', kind: 'client', attributes })
    payment.push({ ...call, span: 3, parent: 2, name: 'POST /charges', kind: 'server' })
  }
  for (const [i, spans] of checkout.entries()) {
    const origin = { service: 'checkout', version: '1.0.0', instance: instances[i]! }
    await sendSpans(store, origin, spans)
  }
  await sendSpans(store, { service: 'payment', version: '5' }, payment)
  const processes = instances.map((instance) => ({ ...fourProcesses[0]!, instance }))
  const before = (minutes * 60_000) / stepMillis
  await metricFleet(
    store,
    'checkout',
    processes,
    (process, age) => {
      const perStep = Math.round(requests / before / instances.length)
      serve(process, random, [{ route: '/orders', perStep, failing: 0.01, median: 0.02 }])
      const level = 1e8 * (1 + 0.1 * random.normal() * 0.1) + 1e4 * Math.log1p(age / 1000)
      process.meter.createGauge('process.memory.usage', { unit: 'By' }).record(level)
    },
    { before, stepMillis },
  )
}
