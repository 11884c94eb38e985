import type { Plain } from '../../src/otlp/testing/otlp-proto.ts'
import type { Signal } from '../../src/signal.ts'
import { secretTexts } from '../../src/store/guard/testing/secrets.ts'

/** Export requests full of secrets, every one of them different, and the list of these. */
export interface Planted {
  readonly secrets: string[]
  message(signal: Signal): Plain
  /** A text with another secret at every call. */
  text(): string
}

/**
 * @param seed other secrets for every seed
 * @param groups resources of a request
 */
export function plant(seed: number, groups: number): Planted {
  const secrets: string[] = []
  let round = seed * 1000
  let waiting: { text: string; secret: string }[] = []
  const text = (): string => {
    if (waiting.length === 0) waiting = secretTexts(++round)
    const { text, secret } = waiting.pop()!
    secrets.push(secret)
    return text
  }
  /** A secret that only its key gives away. */
  const opaque = (): string => {
    const secret = `opaque${(++round).toString(36)}${seed.toString(36)}${Math.random().toString(36).slice(2, 12)}`
    secrets.push(secret)
    return secret
  }
  const each = (make: () => Plain): Plain[] => Array.from({ length: groups }, make)
  return {
    secrets,
    text,
    message: (signal) => {
      const value = (name: string): Plain => ({ key: name, value: { stringValue: text() } })
      const common = (): Plain[] => [
        value('note'),
        { key: text(), value: { intValue: 1 } },
        list('list', [{ stringValue: text() }, { intValue: 2 }]),
        map('map', [value('inner'), { key: text(), value: { boolValue: true } }]),
        map('deep', [list('list', [map('', [value('x')])['value'] as Plain])]),
        ...secretKeys.map((key) => ({ key, value: { stringValue: opaque() } })),
        list('http.request.header.proxy-authorization', [{ stringValue: opaque() }]),
        map('login', [{ key: 'password', value: { stringValue: opaque() } }]),
        map('session.secret', [{ key: 'x', value: { stringValue: opaque() } }]),
        { key: 'upload.private_key', value: { bytesValue: Buffer.from(bytesOf(opaque())) } },
      ]
      const records: Record<Signal, () => Plain> = {
        traces: () => ({
          ...ids,
          name: text(),
          traceState: text(),
          status: { code: 2, message: text() },
          attributes: common(),
          events: [{ name: text(), attributes: [...common(), value('exception.stacktrace')] }],
          links: [{ ...ids, traceState: text(), attributes: common() }],
        }),
        logs: () => ({
          severityText: text(),
          eventName: text(),
          body: { stringValue: text() },
          attributes: common(),
        }),
        metrics: () => ({
          name: text(),
          unit: text(),
          description: text(),
          metadata: common(),
          gauge: {
            dataPoints: [
              { asDouble: 1, attributes: common(), exemplars: [{ filteredAttributes: common() }] },
            ],
          },
        }),
      }
      const bodies: Plain[] = each(records[signal])
      if (signal === 'logs') {
        bodies.push({ body: map('', common())['value'] as Plain })
        bodies.push({ body: list('', [{ stringValue: text() }])['value'] as Plain })
      }
      const [group, scopes, rows] = names[signal]
      return {
        [group]: each(() => ({
          schemaUrl: text(),
          resource: { attributes: [value('service.name'), value('service.version'), ...common()] },
          [scopes]: [
            {
              schemaUrl: text(),
              scope: { name: text(), version: text(), attributes: common() },
              [rows]: bodies.splice(0, bodies.length > groups ? 3 : 1),
            },
          ],
        })),
      }
    },
  }
}

const ids: Plain = { traceId: new Uint8Array(16).fill(9), spanId: new Uint8Array(8).fill(9) }

const names = {
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
} as const

const secretKeys = [
  'http.request.header.authorization',
  'http.request.header.cookie',
  'http.response.header.set-cookie',
  'http.request.header.x-api-key',
  'dbPassword',
  'client_secret',
  'auth.refreshToken',
  'gcp.credentials',
]

const list = (key: string, values: Plain[]): Plain => ({ key, value: { arrayValue: { values } } })
const map = (key: string, values: Plain[]): Plain => ({ key, value: { kvlistValue: { values } } })

/** Bytes whose base64 text is the secret itself. */
const bytesOf = (secret: string): Buffer =>
  Buffer.from(secret.slice(0, secret.length & ~3), 'base64')
