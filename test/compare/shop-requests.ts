/** OTLP JSON of a shop's requests with one fault, for the tests of comparisons. */
import { createRandom } from '../../src/stats/random.ts'

export interface ShopOptions {
  requests: number
  seed?: number
  /** ms since 1970 of the last one; they are spread over the 20 minutes before. */
  until: number
  /** Whether version 2.0 fails for Portuguese accounts of 30 to 60 days; default true. */
  isFaulty?: boolean
}

const locales = ['en-US', 'de-DE', 'pt-BR', 'fr-FR', 'ja-JP']
const devices = ['phone', 'tablet', 'desktop']
const routes = ['GET /cart', 'POST /order', 'GET /item']

// they make a search of order 6 long enough to be stopped
const flags = Array.from({ length: 10 }, (_, i) => `app.flag.${i}`)

/** Bodies of at most 2,000 spans for `POST /v1/traces`. */
export function* shopRequests(options: ShopOptions): Generator<string> {
  const { requests, seed = 1, until, isFaulty = true } = options
  const random = createRandom(seed)
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random.uniform() * values.length)]!
  let spans: Record<'1.0' | '2.0', object[]> = { '1.0': [], '2.0': [] }
  for (let number = 0; number < requests; number++) {
    const version = random.uniform() < 0.5 ? '2.0' : '1.0'
    const locale = pick(locales)
    const age = Math.floor(random.uniform() * 120)
    const inFault = isFaulty && version === '2.0' && locale === 'pt-BR' && age >= 30 && age < 60
    const hasFailed = random.uniform() < (inFault ? 0.5 : 0.01)
    const time = until - 1_200_000 + Math.floor((number / requests) * 1_190_000)
    const milliseconds = 20 * Math.exp(random.uniform() * 2)
    const hex = number.toString(16)
    spans[version].push({
      traceId: `a${hex}`.padStart(32, '0'),
      spanId: `b${hex}`.padStart(16, '0'),
      name: pick(routes),
      kind: 2,
      startTimeUnixNano: `${time}000000`,
      endTimeUnixNano: String(BigInt(time) * 1_000_000n + BigInt(Math.round(milliseconds * 1e6))),
      status: { code: hasFailed ? 2 : 1 },
      attributes: [
        text('app.locale', locale),
        text('app.device', pick(devices)),
        text('user.id', `user-${Math.floor(random.uniform() * 3000)}`),
        ...flags.map((flag) => text(flag, `v${Math.floor(random.uniform() * 4)}`)),
        { key: 'app.account.age_days', value: { intValue: String(age) } },
        { key: 'app.beta', value: { boolValue: random.uniform() < 0.1 } },
      ],
    })
    if (number % 2000 === 1999 || number === requests - 1) {
      yield body(spans)
      spans = { '1.0': [], '2.0': [] }
    }
  }
}

function body(spans: Record<string, object[]>): string {
  return JSON.stringify({
    resourceSpans: Object.entries(spans).map(([version, some]) => ({
      resource: {
        attributes: [text('service.name', 'shop'), text('service.version', version)],
      },
      scopeSpans: [{ spans: some }],
    })),
  })
}

function text(key: string, value: string): object {
  return { key, value: { stringValue: value } }
}
