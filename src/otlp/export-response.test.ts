import { assert, integer, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { exportResponse, rpcCode, statusResponse } from './export-response.ts'
import { decodeMessage, otlpRoot } from './testing/otlp-proto.ts'

const response = otlpRoot.lookupType('ExportResponse')
const rpcStatus = otlpRoot.lookupType('RpcStatus')
const parsed = (body: Uint8Array): unknown => JSON.parse(Buffer.from(body).toString())
const outcome = (rejected: number, errorMessage: string) => ({
  accepted: 1,
  rejected,
  errorMessage,
})

test('a warning has a message and nothing rejected', () => {
  const warning = outcome(0, 'a field of profiles was ignored')
  expect(parsed(exportResponse('logs', 'json', warning))).toEqual({
    partialSuccess: { rejectedLogRecords: '0', errorMessage: warning.errorMessage },
  })
  expect(decodeMessage(response, exportResponse('logs', 'protobuf', warning))).toMatchObject({
    partialSuccess: { errorMessage: warning.errorMessage },
  })
})

test('an answer that is too long has a shorter message and the same meaning', () => {
  assert(
    property(
      string({ unit: 'binary', maxLength: 400 }),
      integer({ min: 1, max: 2 ** 31 }),
      integer({ min: 80, max: 600 }),
      (message, rejected, limit) => {
        const inJson = exportResponse('traces', 'json', outcome(rejected, message), limit)
        const onWire = exportResponse('traces', 'protobuf', outcome(rejected, message), limit)
        expect(Math.max(inJson.length, onWire.length)).toBeLessThanOrEqual(limit)
        expect(parsed(inJson)).toMatchObject({ partialSuccess: { rejectedSpans: `${rejected}` } })
        expect(decodeMessage(response, onWire)).toMatchObject({
          partialSuccess: { rejected: `${rejected}` },
        })
      },
    ),
  )
  const long = exportResponse('traces', 'json', outcome(3, 'x'.repeat(5e6)))
  expect(long.length).toBeLessThanOrEqual(4 * 2 ** 20)
  expect(long.length).toBeGreaterThan(2 ** 20)
})

test('a status says when to try again, and what was bad', () => {
  const retry = statusResponse('protobuf', rpcCode.unavailable, 'Busy.', 7)
  const type = 'type.googleapis.com/google.rpc.RetryInfo'
  // RetryInfo { retry_delay = 1 { seconds = 1: 7 } }
  const value = Buffer.from([0x0a, 0x02, 0x08, 0x07])
  expect(decodeMessage(rpcStatus, retry)).toEqual({
    code: 14,
    message: 'Busy.',
    details: [{ typeUrl: type, value }],
  })
  expect(parsed(statusResponse('json', rpcCode.unavailable, 'Busy.', 7))).toEqual({
    code: 14,
    message: 'Busy.',
    details: [{ '@type': type, retryDelay: '7s' }],
  })
  expect(parsed(statusResponse('json', rpcCode.resourceExhausted, 'Large.'))).toEqual({
    code: 8,
    message: 'Large.',
  })
})
