/** Spans of a service in two versions that arrive in any order, many of a trace, late and split over minutes. */
import { createRandom, type Random } from '../../src/stats/random.ts'
import type { Store } from '../../src/store/store.ts'

export interface ArrivingSpan {
  /** Milliseconds since 1970. */
  at: number
  trace: string
  span: string
  parent: string
  name: string
  kind: 'server' | 'client'
  isError: boolean
  version: string
  millis: number
  texts: Record<string, string>
  numbers: Record<string, number>
}

const operations = ['GET /cart', 'GET /quote', 'POST /orders']
const plans = ['zebra', 'free', 'plus', 'Ärger', '😀', '￿']

/** Traces that begin within a stretch; some use an operation again minutes later. */
export function arrivingSpans(
  seed: number,
  traces: number,
  from: number,
  to: number,
): ArrivingSpan[] {
  const random = createRandom(seed)
  return Array.from({ length: traces }, (_, i) => traceOf(random, `${seed}-${i}`, from, to)).flat()
}

function traceOf(random: Random, id: string, from: number, to: number): ArrivingSpan[] {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random.uniform() * values.length)]!
  const trace = [...Buffer.from(id)]
    .map((byte) => byte.toString(16))
    .join('')
    .padStart(32, 'a')
  const start = from + Math.floor(random.uniform() * (to - from))
  const version = pick(['1.0.0', '2.0.0', '1.0.0', '2.0.0', '3.0.0-other'])
  const spans: ArrivingSpan[] = []
  const uses = 1 + Math.floor(random.uniform() ** 3 * 4)
  const span = (change: Partial<ArrivingSpan>): ArrivingSpan => ({
    at: start,
    trace,
    span: Math.floor(random.uniform() * 2 ** 50)
      .toString(16)
      .padStart(16, '0'),
    parent: '',
    name: pick(operations),
    kind: 'server',
    isError: random.uniform() < 0.05,
    // a trace may see both versions
    version: random.uniform() < 0.05 ? '1.0.0' : version,
    millis: random.exponential(1 / 40),
    texts: random.uniform() < 0.8 ? { 'app.plan': pick(plans) } : {},
    numbers: random.uniform() < 0.7 ? { 'app.items': Math.round(random.exponential(1 / 5)) } : {},
    ...change,
  })
  for (let use = 0; use < uses; use++) {
    const at = Math.min(to - 1, start + Math.floor(use * random.exponential(1 / 50_000)))
    const entry = span({ at, ...(use > 0 && random.uniform() < 0.6 && { name: spans[0]!.name }) })
    spans.push(entry)
    if (random.uniform() < 0.5) continue
    // a call fails; it is tried again soon, much later, or never
    const call = {
      parent: entry.span,
      kind: 'client',
      name: 'charge',
      millis: 2,
      texts: {},
      numbers: {},
    } as const
    spans.push(span({ ...call, at: Math.min(to - 1, at + 5), isError: random.uniform() < 0.6 }))
    const retry = random.uniform() < 0.5 ? 20 : 70_000
    if (random.uniform() < 0.6)
      spans.push(span({ ...call, at: Math.min(to - 1, at + retry), isError: false }))
  }
  return spans
}

export async function storeSpans(
  store: Store,
  environment: string,
  spans: readonly ArrivingSpan[],
): Promise<void> {
  if (spans.length === 0) return
  const lines = spans.map((span) => JSON.stringify(span)).join('\n')
  const literal = lines.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
  await store.query(
    `INSERT INTO ${store.database}.spans (time, duration, trace_id, span_id, parent_span_id, name, kind, status,
       service, environment, service_version, weight, attributes_string, attributes_double)
     SELECT fromUnixTimestamp64Milli(at), toUInt64(millis * 1e6), trace, span, parent, name, kind,
       if(isError, 'error', 'unset'), 'checkout', '${environment}', version, 1, texts, numbers
     FROM format(JSONEachRow, 'at Int64, millis Float64, trace String, span String, parent String, name String,
       kind String, isError Bool, version String, texts Map(String, String), numbers Map(String, Float64)', '${literal}')`,
    {},
    { as: 'admin' },
  )
}

/** A statement holds so much. */
export function piecesOf(spans: readonly ArrivingSpan[]): ArrivingSpan[][] {
  return Array.from({ length: Math.ceil(spans.length / 400) }, (_, i) =>
    spans.slice(400 * i, 400 * (i + 1)),
  )
}
