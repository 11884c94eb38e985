import { basename } from 'node:path'
import { type Signal, signals } from '../../signal.ts'

/** The signal of a request; undefined where its content does not tell, null where it is of none. */
export function signalOf(encoding: 'json' | 'protobuf', body: Buffer): Signal | null | undefined {
  return encoding === 'json' ? jsonSignal(body) : protobufSignal(body)
}

/** The signal that the name of a file speaks of, if it speaks of one. */
export function signalInName(file: string): Signal | undefined {
  const name = basename(file).toLowerCase()
  const words: Readonly<Record<Signal, RegExp>> = {
    traces: /trace|span/,
    logs: /(?:^|[^a-z])logs?(?:[^a-z]|$)/,
    metrics: /metric/,
  }
  const named = signals.filter((signal) => words[signal].test(name))
  return named.length === 1 ? named[0] : undefined
}

const ofKey: Readonly<Record<string, Signal>> = {
  Spans: 'traces',
  Logs: 'logs',
  Metrics: 'metrics',
}

function jsonSignal(body: Buffer): Signal | null {
  const head = body.toString('latin1', 0, 64 * 1024)
  const [, key = ''] = /^\s*\{.*?"resource(Spans|Logs|Metrics)"\s*:/s.exec(head) ?? []
  return ofKey[key] ?? null
}

const [varintWire, fixed64Wire, lengthWire, fixed32Wire] = [0, 1, 2, 5]

/** Wire types of the fields of Span, LogRecord and Metric (opentelemetry-proto 1.11). */
const shapes: Readonly<Record<Signal, Readonly<Record<number, number>>>> = {
  traces: {
    1: lengthWire,
    2: lengthWire,
    3: lengthWire,
    4: lengthWire,
    5: lengthWire,
    6: varintWire,
    7: fixed64Wire,
    8: fixed64Wire,
    9: lengthWire,
    10: varintWire,
    11: lengthWire,
    12: varintWire,
    13: lengthWire,
    14: varintWire,
    15: lengthWire,
    16: fixed32Wire,
  },
  logs: {
    1: fixed64Wire,
    2: varintWire,
    3: lengthWire,
    5: lengthWire,
    6: lengthWire,
    7: varintWire,
    8: fixed32Wire,
    9: lengthWire,
    10: lengthWire,
    11: fixed64Wire,
    12: lengthWire,
  },
  metrics: {
    1: lengthWire,
    2: lengthWire,
    3: lengthWire,
    5: lengthWire,
    7: lengthWire,
    9: lengthWire,
    10: lengthWire,
    11: lengthWire,
    12: lengthWire,
  },
}

/**
 * The requests of the three signals have the same outer fields, so their records decide: the first ones must be possible
 * spans, log records or metrics, and only one of these.
 */
function protobufSignal(body: Buffer): Signal | null | undefined {
  const records: Buffer[] = []
  for (const group of within(body, 1)) {
    for (const scope of within(group, 2)) {
      for (const record of within(scope, 2)) if (record.length > 0) records.push(record)
      if (records.length >= 20) break
    }
    if (records.length >= 20) break
  }
  if (records.length === 0) return undefined
  const possible = signals.filter((signal) => records.every((record) => isPossible(signal, record)))
  return possible.length === 0 ? null : possible.length === 1 ? possible[0] : undefined
}

function isPossible(signal: Signal, record: Buffer): boolean {
  const shape = shapes[signal]
  const fields = fieldsOf(record)
  if (fields === undefined) return false
  if (!fields.every(({ number, wire }) => shape[number] === undefined || shape[number] === wire))
    return false
  const content = (number: number): Buffer | undefined =>
    fields.find((field) => field.number === number)?.content
  if (signal === 'traces') return content(1)?.length === 16 && content(2)?.length === 8
  if (signal === 'logs') return fields.some(({ number }) => shape[number] !== undefined)
  // a name is a text, and so not a trace id
  return isText(content(1)) && [5, 7, 9, 10, 11].some((number) => content(number) !== undefined)
}

function isText(bytes: Buffer | undefined): boolean {
  return (
    bytes !== undefined && bytes.length > 0 && bytes.every((byte) => byte >= 0x20 && byte !== 0x7f)
  )
}

/** The contents of all fields with this number; none where the message is not protobuf. */
function within(message: Buffer, number: number): Buffer[] {
  const fields = fieldsOf(message) ?? []
  return fields.flatMap((field) =>
    field.number === number && field.content !== undefined ? [field.content] : [],
  )
}

interface Field {
  number: number
  wire: number
  /** Of fields with a length. */
  content: Buffer | undefined
}

function fieldsOf(message: Buffer): Field[] | undefined {
  const fields: Field[] = []
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 10; shift++) {
      const byte = message[at++]
      if (byte === undefined) return Number.NaN
      value += (byte & 0x7f) * 2 ** (7 * shift)
      if (byte < 0x80) return value
    }
    return Number.NaN
  }
  while (at < message.length) {
    const tag = varint()
    const wire = tag % 8
    const number = Math.floor(tag / 8)
    let content: Buffer | undefined
    if (wire === varintWire) {
      if (Number.isNaN(varint())) return undefined
    } else if (wire === fixed64Wire) at += 8
    else if (wire === fixed32Wire) at += 4
    else if (wire === lengthWire) {
      const length = varint()
      content = message.subarray(at, at + length)
      at += length
    } else return undefined
    if (number === 0 || !(at <= message.length)) return undefined
    fields.push({ number, wire, content })
  }
  return fields
}
