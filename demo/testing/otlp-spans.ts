/** A span as the tests of the shop look at it. */
export interface SinkSpan {
  traceId: string
  spanId: string
  parentId: string
  service: string
  version: string
  environment: string
  name: string
  /** 1 internal, 2 server, 3 client */
  kind: number
  /** Unix time in ms */
  start: number
  ms: number
  /** 0 unset, 1 ok, 2 error */
  status: number
  attributes: Record<string, string | number | boolean>
}

type Visit = (field: number, value: number | bigint | Uint8Array) => void

/** Calls `visit` for every field of a protobuf message. */
function eachField(bytes: Uint8Array, visit: Visit): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    switch (tag & 7) {
      case 0:
        visit(tag >> 3, varint())
        break
      case 1:
        visit(tag >> 3, view.getBigUint64(at, true))
        at += 8
        break
      case 2: {
        const length = Number(varint())
        visit(tag >> 3, bytes.subarray(at, at + length))
        at += length
        break
      }
      case 5:
        visit(tag >> 3, view.getUint32(at, true))
        at += 4
        break
      default:
        throw new Error('not a protobuf message')
    }
  }
}

const text = (value: unknown): string => Buffer.from(value as Uint8Array).toString()
const hex = (value: unknown): string => Buffer.from(value as Uint8Array).toString('hex')

function keyValue(bytes: Uint8Array, into: SinkSpan['attributes']): void {
  let key = ''
  eachField(bytes, (field, value) => {
    if (field === 1) key = text(value)
    else {
      eachField(value as Uint8Array, (kind, content) => {
        if (kind === 1) into[key] = text(content)
        else if (kind === 2) into[key] = content !== 0n
        else if (kind === 3) into[key] = Number(content)
        else if (kind === 4) {
          const double = new DataView(new ArrayBuffer(8))
          double.setBigUint64(0, content as bigint)
          into[key] = double.getFloat64(0)
        }
      })
    }
  })
}

function span(bytes: Uint8Array, resource: SinkSpan['attributes']): SinkSpan {
  const attributes: SinkSpan['attributes'] = {}
  const result: SinkSpan = {
    traceId: '',
    spanId: '',
    parentId: '',
    service: String(resource['service.name'] ?? ''),
    version: String(resource['service.version'] ?? ''),
    environment: String(resource['deployment.environment.name'] ?? ''),
    name: '',
    kind: 0,
    start: 0,
    ms: 0,
    status: 0,
    attributes,
  }
  let end = 0n
  let start = 0n
  eachField(bytes, (field, value) => {
    if (field === 1) result.traceId = hex(value)
    else if (field === 2) result.spanId = hex(value)
    else if (field === 4) result.parentId = hex(value)
    else if (field === 5) result.name = text(value)
    else if (field === 6) result.kind = Number(value)
    else if (field === 7) start = value as bigint
    else if (field === 8) end = value as bigint
    else if (field === 9) keyValue(value as Uint8Array, attributes)
    else if (field === 15) {
      eachField(value as Uint8Array, (part, code) => {
        if (part === 3) result.status = Number(code)
      })
    }
  })
  result.start = Number(start / 1000n) / 1000
  result.ms = Number(end - start) / 1e6
  return result
}

/** The spans of an ExportTraceServiceRequest in protobuf. */
export function spansOf(body: Uint8Array): SinkSpan[] {
  const spans: SinkSpan[] = []
  eachField(body, (_field, resourceSpans) => {
    const resource: SinkSpan['attributes'] = {}
    const scopes: Uint8Array[] = []
    eachField(resourceSpans as Uint8Array, (field, value) => {
      if (field === 1) {
        eachField(value as Uint8Array, (part, attribute) => {
          if (part === 1) keyValue(attribute as Uint8Array, resource)
        })
      } else if (field === 2) scopes.push(value as Uint8Array)
    })
    for (const scope of scopes) {
      eachField(scope, (field, value) => {
        if (field === 2) spans.push(span(value as Uint8Array, resource))
      })
    }
  })
  return spans
}
