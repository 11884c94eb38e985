/** Traces of a small shop, storefront → checkout → payment, inventory and a database, with faults that are planted. */
import { createRandom, type Random } from '../../src/stats/random.ts'
import type { Store } from '../../src/store/store.ts'
import { type Origin, sendSpans, type SpanSpec } from './otlp-spans.ts'

export interface EdgeTraffic {
  seed: number
  /** ms since 1970 */
  from: number
  seconds: number
  /** Traces in all, evenly over the time. */
  traces: number
  /** Share of them that checkout's new version answers. */
  share: number
  /** Share of them that ask for a refund; default 0.1. */
  refunds?: number
  environment?: string
  /** What goes wrong, and on which traces: those that meet the candidate, unless it says otherwise. */
  fault?: EdgeFault
  /** Of those traces, this share has it; default 1. */
  faultShare?: number
  /** Another service is released at the same time: the share of traces that meet its new version, given checkout's side. */
  payment?: { share: (isCandidate: boolean) => number; failing: number }
}

export type EdgeFault =
  /** checkout answers, and storefront cannot read the answer */
  | 'caller-fails'
  /** checkout's process refuses the connection */
  | 'refused'
  /** checkout's calls to payment fail, and it goes on */
  | 'call-fails'
  /** checkout does not ask inventory any more */
  | 'call-missing'
  /** … but asks another service */
  | 'call-moved'
  /** checkout asks inventory five times */
  | 'call-repeated'
  /** storefront's own answer to the user takes long */
  | 'user-waits'
  /** checkout takes 12 ms longer, and all who wait for it do */
  | 'served-slowly'
  /** shipping, which storefront calls afterwards, fails because of what checkout said */
  | 'wrong-value'
  /** storefront does not call shipping any more because of what checkout said */
  | 'never-shipped'
  /** checkout and all who wait for it are slow */
  | 'cold'
  /** nobody gets to the refunds of the new version */
  | 'no-refunds'

/** Sends the traces; resolves when they can be asked for. @returns how many met the candidate */
export async function sendEdgeTraffic(store: Store, traffic: EdgeTraffic): Promise<void> {
  const random = createRandom(traffic.seed)
  const spans = new Map<string, { origin: Origin; spans: SpanSpec[] }>()
  for (let i = 0; i < traffic.traces; i++) oneTrace(traffic, random, i, spans)
  for (const { origin, spans: sent } of spans.values()) await sendSpans(store, origin, sent)
  await store.drained()
}

function oneTrace(
  traffic: EdgeTraffic,
  random: Random,
  i: number,
  sent: Map<string, { origin: Origin; spans: SpanSpec[] }>,
): void {
  const { seed, from, seconds, traces, share, fault, environment } = traffic
  const trace = seed * 1_000_000 + i
  const start = from + ((i + random.uniform()) / traces) * seconds * 1000
  const wantsRefund = random.uniform() < (traffic.refunds ?? 0.1)
  const isCandidate = random.uniform() < (wantsRefund && fault === 'no-refunds' ? 0 : share)
  const has = (what: EdgeFault): boolean =>
    fault === what && isCandidate && random.uniform() < (traffic.faultShare ?? 1)
  const usual = (): 'error' | 'ok' => (random.uniform() < 0.004 ? 'error' : 'ok')
  const add = (service: string, version: string, span: Omit<SpanSpec, 'trace'>): void => {
    const origin = { service, version, ...(environment === undefined ? {} : { environment }) }
    const key = `${service} ${version}`
    if (!sent.has(key)) sent.set(key, { origin, spans: [] })
    const duration = span.duration! * random.lognormal(0, 0.15)
    sent.get(key)!.spans.push({ ...span, trace, duration })
  }
  const version = isCandidate ? '2.0.0' : '1.0.0'
  const operation = wantsRefund ? 'POST /refunds' : 'POST /orders'
  const cold = has('cold') ? 4 : 1
  const more = has('served-slowly') ? 12 : 0
  const slow = random.lognormal(Math.log(40), 0.3) * (has('user-waits') ? 3 : cold) + more
  const wrong = has('wrong-value')
  const refused = has('refused')
  const seen = has('caller-fails') || refused ? 'error' : usual()
  const user = wrong || seen === 'error' ? 'error' : usual()
  const address = { 'server.address': isCandidate ? '10.0.0.2' : '10.0.0.1', 'server.port': 8080 }
  add('storefront', '7', {
    span: 0,
    name: 'GET /checkout',
    kind: 'server',
    start,
    duration: slow,
    status: user,
  })
  add('storefront', '7', {
    span: 1,
    parent: 0,
    name: 'POST',
    kind: 'client',
    start: start + 1,
    duration: 20 * cold + more,
    status: seen,
    attributes: { ...address, 'url.path': '/orders' },
  })
  if (refused) {
    // what answers is the same trace's second try, by the old version
    add('storefront', '7', {
      span: 2,
      parent: 0,
      name: 'POST',
      kind: 'client',
      start: start + 2,
      duration: 20,
      status: 'ok',
      attributes: { 'server.address': '10.0.0.1', 'server.port': 8080 },
    })
  }
  if (!has('never-shipped')) {
    add('storefront', '7', {
      span: 3,
      parent: 0,
      name: 'POST',
      kind: 'client',
      start: start + 30,
      duration: 5,
      attributes: { 'server.address': 'shipping' },
    })
    add('shipping', '3', {
      span: 4,
      parent: 3,
      name: 'POST /parcels',
      kind: 'server',
      start: start + 31,
      duration: 4,
      status: wrong ? 'error' : usual(),
    })
  }
  const own = refused ? '1.0.0' : version
  add('checkout', own, {
    span: 10,
    parent: refused ? 2 : 1,
    name: operation,
    kind: 'server',
    start: start + 2,
    duration: 15 * cold + more,
    status: usual(),
  })
  add('checkout', own, {
    span: 11,
    parent: 10,
    name: 'handle',
    kind: 'internal',
    start: start + 3,
    duration: 12 * cold,
  })
  const { payment } = traffic
  const isNewPayment = payment !== undefined && random.uniform() < payment.share(isCandidate)
  const failing = isNewPayment && random.uniform() < payment.failing
  const charged = has('call-fails') || failing ? 'error' : usual()
  add('checkout', own, {
    span: 12,
    parent: 11,
    name: 'POST',
    kind: 'client',
    start: start + 4,
    duration: 3,
    status: charged,
    attributes: { 'server.address': 'payment', 'url.path': `/charges/${i}` },
  })
  add('payment', isNewPayment ? '5.1.0' : '5.0.0', {
    span: 13,
    parent: 12,
    name: 'POST /charges',
    kind: 'server',
    start: start + 5,
    duration: 2,
    status: failing ? 'error' : usual(),
  })
  const times =
    has('call-missing') || (fault === 'call-moved' && isCandidate)
      ? 0
      : has('call-repeated')
        ? 5
        : 1
  for (let call = 0; call < times; call++) {
    add('checkout', own, {
      span: 20 + 2 * call,
      parent: 11,
      name: 'GET /stock',
      kind: 'client',
      start: start + 7,
      duration: 1,
      attributes: { 'server.address': 'inventory' },
    })
    add('inventory', '4', {
      span: 21 + 2 * call,
      parent: 20 + 2 * call,
      name: 'GET /stock',
      kind: 'server',
      start: start + 7,
      duration: 1,
    })
  }
  if (fault === 'call-moved' && isCandidate) {
    add('checkout', own, {
      span: 20,
      parent: 11,
      name: 'GET /stock',
      kind: 'client',
      start: start + 7,
      duration: 1,
      attributes: { 'server.address': 'warehouse' },
    })
  }
  add('checkout', own, {
    span: 40,
    parent: 11,
    name: 'INSERT orders',
    kind: 'client',
    start: start + 9,
    duration: 1,
    attributes: { 'db.system.name': 'postgresql', 'server.address': 'db' },
  })
}
