import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AftergreenError } from '../errors.ts'
import { signals } from '../signal.ts'
import { ColumnBatch } from './column-batch.ts'
import { decodeExport } from './decode-export.ts'
import { arbitraryMessage } from './testing/arbitrary-message.ts'
import { batchRows } from './testing/batch-rows.ts'
import { expectedRows } from './testing/expected-rows.ts'
import { decodeMessage, encodeMessage, requestTypes } from './testing/otlp-proto.ts'
import { scrambleJson } from './testing/scramble-json.ts'
import { scramble } from './testing/scramble.ts'
import { toJson } from './testing/to-json.ts'

const now = 1_700_000_000_000
const nowNanoseconds = BigInt(now) * 1_000_000n

/** What the function returns, or undefined where it finds the input malformed; other errors are failures. */
function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch (error) {
    const isOurs = error instanceof AftergreenError && error.code === 'OTLP_MALFORMED'
    const isOfGeneratedDecoder = !(error instanceof AftergreenError) && error instanceof Error
    if (isOurs || (isOfGeneratedDecoder && error.stack?.includes('protobufjs') === true)) {
      return undefined
    }
    throw error
  }
}

describe.each(signals)('%s', (signal) => {
  const type = requestTypes[signal]
  const messages = arbitraryMessage(type)

  it('come out of protobuf as they come out of a generated decoder', () => {
    const seen = { rows: 0, rejected: 0 }
    fc.assert(
      fc.property(messages, (message) => {
        const bytes = encodeMessage(type, message)
        const expected = expectedRows(signal, decodeMessage(type, bytes), nowNanoseconds)
        const batch = new ColumnBatch(signal)
        const outcome = decodeExport(signal, 'protobuf', bytes, batch, now)
        expect(batchRows(batch)).toEqual(expected.rows)
        expect(outcome.accepted).toBe(expected.rows.length)
        expect(outcome.rejected).toBe(expected.rejected)
        seen.rows += outcome.accepted
        seen.rejected += outcome.rejected
      }),
      { numRuns: 300 },
    )
    expect(seen.rows).toBeGreaterThan(100)
    expect(seen.rejected > 10).toBe(signal === 'traces')
  })

  it('do not depend on the order of fields, unknown fields, packing, pieces or what is overridden', () => {
    fc.assert(
      fc.property(messages, fc.infiniteStream(fc.nat()), (message, stream) => {
        const bytes = encodeMessage(type, message)
        const other = scramble(type, bytes, (below) => (stream.next().value ?? 0) % below)
        const [batch, otherBatch] = [new ColumnBatch(signal), new ColumnBatch(signal)]
        decodeExport(signal, 'protobuf', bytes, batch, now)
        decodeExport(signal, 'protobuf', other, otherBatch, now)
        expect(batchRows(otherBatch)).toEqual(batchRows(batch))
      }),
      { numRuns: 300 },
    )
  })

  it('are the same from JSON', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const bytes = encodeMessage(type, message)
        const json = Buffer.from(toJson(decodeMessage(type, bytes)))
        const [batch, jsonBatch] = [new ColumnBatch(signal), new ColumnBatch(signal)]
        const outcome = decodeExport(signal, 'protobuf', bytes, batch, now)
        expect(decodeExport(signal, 'json', json, jsonBatch, now)).toEqual(outcome)
        expect(batchRows(jsonBatch)).toEqual(batchRows(batch))
      }),
      { numRuns: 300 },
    )
  })

  it('do not depend on how JSON is written', () => {
    fc.assert(
      fc.property(messages, fc.infiniteStream(fc.nat()), (message, stream) => {
        const json = toJson(decodeMessage(type, encodeMessage(type, message)))
        const other = scrambleJson(json, (below) => (stream.next().value ?? 0) % below)
        const [batch, otherBatch] = [new ColumnBatch(signal), new ColumnBatch(signal)]
        decodeExport(signal, 'json', Buffer.from(json), batch, now)
        decodeExport(signal, 'json', Buffer.from(other), otherBatch, now)
        expect(batchRows(otherBatch)).toEqual(batchRows(batch))
      }),
      { numRuns: 200 },
    )
  })

  it('cut off at any byte are refused, or are the shorter message that the bytes are', () => {
    const samples = fc.sample(messages, { seed: 7, numRuns: 60 })
    const bytes = samples
      .map((message) => encodeMessage(type, message))
      .reduce((a, b) => (Math.abs(a.length - 1500) < Math.abs(b.length - 1500) ? a : b))
    const good = encodeMessage(
      type,
      samples.find((sample) => Object.keys(sample).length > 0)!,
    )
    const batch = new ColumnBatch(signal)
    decodeExport(signal, 'protobuf', good, batch, now)
    const before = batchRows(batch)
    const size = batch.byteSize
    let refused = 0
    for (let length = 0; length < bytes.length; length++) {
      const part = bytes.slice(0, length)
      const message = attempt(() => decodeMessage(type, part))
      const expected =
        message === undefined ? undefined : expectedRows(signal, message, nowNanoseconds).rows
      const mark = batch.mark()
      const actual = attempt(() => {
        decodeExport(signal, 'protobuf', part, batch, now)
        const rows = batchRows(batch).slice(before.length)
        batch.rollback(mark)
        return rows
      })
      expect(actual).toEqual(expected)
      expect(batch.byteSize).toBe(size)
      if (message === undefined) refused++
    }
    expect(batchRows(batch)).toEqual(before)
    expect(refused).toBeGreaterThan(100)
  })

  it('survive any bytes', () => {
    const batch = new ColumnBatch(signal)
    fc.assert(
      fc.property(messages, fc.array(fc.tuple(fc.nat(), fc.nat(255))), (message, changes) => {
        const bytes = Uint8Array.from(encodeMessage(type, message))
        for (const [position, byte] of changes) bytes[position % bytes.length] = byte
        const { rows } = batch
        const outcome = attempt(() => decodeExport(signal, 'protobuf', bytes, batch, now))
        expect(batch.rows).toBe(rows + (outcome?.accepted ?? 0))
        if (batch.rows > 20) batch.clear()
        batchRows(batch)
      }),
      { numRuns: 500 },
    )
  })
})
