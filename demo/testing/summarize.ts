import type { SinkSpan } from './otlp-spans.ts'

/** What the traffic on checkout was like, between two points in time (Unix ms). */
export function summarize(spans: readonly SinkSpan[], from: number, to: number) {
  const inWindow = spans.filter((span) => span.start >= from && span.start < to)
  const byTrace = Map.groupBy(inWindow, (span) => span.traceId)
  const known = new Set(spans.map((span) => span.spanId))
  const checkout = inWindow.filter((span) => span.service === 'checkout' && span.kind === 2)
  const side = (version: string) => {
    const mine = checkout.filter((span) => span.version === version)
    const slow = mine.filter((span) => inCohort(span) && span.name === 'GET /shipping-options')
    const orders = mine.filter((span) => span.name === 'POST /orders')
    const pairs = orders.filter(
      (span) =>
        span.attributes['app.card.type'] === 'amex' &&
        span.attributes['app.payment.provider'] === 'bluecard',
    )
    return {
      requests: mine.length,
      requestsPerSecond: (mine.length * 1000) / (to - from),
      sessions: distinct(mine, 'session.id'),
      users: distinct(mine, 'user.id'),
      errorRate: mine.filter((span) => span.status === 2).length / mine.length,
      ...quantiles(mine),
      byOperation: Object.fromEntries(
        [...Map.groupBy(mine, (span) => span.name)].map(([name, of]) => [
          name,
          { share: of.length / mine.length, ...quantiles(of) },
        ]),
      ),
      cohort: {
        requests: slow.length,
        share: slow.length / mine.length,
        sessions: distinct(slow, 'session.id'),
        users: distinct(slow, 'user.id'),
        ages: ageRange(slow),
        ...quantiles(slow),
      },
      pairOrders: pairs.length,
      pairShareOfOrders: pairs.length / orders.length,
      swallowed: pairs.filter((order) => swallowed(order, byTrace.get(order.traceId) ?? [])).length,
      otherSwallowed: orders.filter(
        (order) => !pairs.includes(order) && swallowed(order, byTrace.get(order.traceId) ?? []),
      ).length,
    }
  }
  const baseline = side('1.9.0')
  const candidate = side('2.0.0')
  return {
    spans: inWindow.length,
    spansPerSecond: (inWindow.length * 1000) / (to - from),
    orphans: inWindow.filter((span) => span.parentId !== '' && !known.has(span.parentId)).length,
    storefrontPerSecond:
      (inWindow.filter((span) => span.service === 'storefront' && span.kind === 2).length * 1000) /
      (to - from),
    candidateSessionShare: candidate.sessions / (baseline.sessions + candidate.sessions),
    errorRatePointsApart: 100 * Math.abs(candidate.errorRate - baseline.errorRate),
    p99Ratio: candidate.p99 / baseline.p99,
    p50Ratio: candidate.p50 / baseline.p50,
    baseline,
    candidate,
  }
}

function inCohort(span: SinkSpan): boolean {
  const age = Number(span.attributes['app.account.age_days'])
  return span.attributes['app.locale'] === 'pt-BR' && age >= 30 && age < 60
}

/** Success although the last payment that it tried failed. */
export function swallowed(order: SinkSpan, trace: readonly SinkSpan[]): boolean {
  const charges = trace
    .filter((span) => span.parentId === order.spanId && span.kind === 3)
    .filter((span) => span.attributes['url.template'] === '/charges')
    .toSorted((a, b) => a.start - b.start)
  return order.status !== 2 && charges.at(-1)?.status === 2
}

function distinct(spans: readonly SinkSpan[], key: string): number {
  return new Set(spans.map((span) => span.attributes[key])).size
}

function ageRange(spans: readonly SinkSpan[]): [number, number] {
  const ages = spans.map((span) => Number(span.attributes['app.account.age_days']))
  return [Math.min(...ages), Math.max(...ages)]
}

function quantiles(spans: readonly SinkSpan[]): { p50: number; p90: number; p99: number } {
  const sorted = spans.map((span) => span.ms).toSorted((a, b) => a - b)
  const at = (q: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) }
}
