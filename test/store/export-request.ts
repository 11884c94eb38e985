/** Builds OTLP export requests for the tests of the store: spans with a few attributes, in protobuf. */
import { createHash } from 'node:crypto'

export interface TestSpan {
  /** Becomes the span's id and name. */
  number: number
  service?: string
  attributes?: Readonly<Record<string, string | number>>
  /** ms since 1970; default now. */
  time?: number
}

/** An ExportTraceServiceRequest, one resource a span. */
export function exportRequest(spans: readonly TestSpan[]): Buffer {
  return Buffer.concat(spans.map((span) => bytes(1, resourceSpans(span))))
}

/** The spans that `sender.ts` sends with the one whose number is `first`. */
export function senderSpans(first: number): TestSpan[] {
  return Array.from({ length: 7 }, (_, i) => {
    const number = first + i
    return { number, time: Date.UTC(2026, 0, 1) + number, attributes: { n: number } }
  })
}

export function requestHash(body: Uint8Array): string {
  return createHash('sha1').update('traces').update(body).digest('hex')
}

function resourceSpans({ number, service = 'shop', attributes = {}, time }: TestSpan): Buffer {
  const id = Buffer.alloc(8)
  id.writeUInt32BE(number + 1, 4)
  const start = BigInt(time ?? Date.now()) * 1_000_000n
  const span = Buffer.concat([
    bytes(1, Buffer.concat([id, id])),
    bytes(2, id),
    bytes(5, Buffer.from(`span ${number}`)),
    varint(6, 2),
    fixed64(7, start),
    fixed64(8, start + 5_000_000n),
    ...Object.entries(attributes).map(([key, value]) => bytes(9, attribute(key, value))),
  ])
  return Buffer.concat([
    bytes(1, bytes(1, attribute('service.name', service))),
    bytes(2, bytes(2, span)),
  ])
}

function attribute(key: string, value: string | number): Buffer {
  const any = typeof value === 'string' ? bytes(1, Buffer.from(value)) : varint(3, value)
  return Buffer.concat([bytes(1, Buffer.from(key)), bytes(2, any)])
}

function bytes(field: number, content: Buffer): Buffer {
  return Buffer.concat([number((field << 3) | 2), number(content.length), content])
}

function varint(field: number, value: number): Buffer {
  return Buffer.concat([number(field << 3), number(value)])
}

function fixed64(field: number, value: bigint): Buffer {
  const data = Buffer.alloc(8)
  data.writeBigUInt64LE(value)
  return Buffer.concat([number((field << 3) | 1), data])
}

function number(value: number): Buffer {
  const out: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...out, rest])
    out.push((rest % 128) | 128)
  }
}
