import { expect, test } from 'vitest'
import { exportResponse, rpcCode, statusResponse } from '../src/otlp/export-response.ts'
import { answerProblem } from './check-answer.ts'

const warned = { accepted: 1, rejected: 0, errorMessage: 'a warning' }
const rejected = { accepted: 1, rejected: 2, errorMessage: 'why' }
const invalid = statusResponse('protobuf', rpcCode.invalidArgument, 'why')

test.each(['protobuf', 'json'] as const)('answers in %s that are valid', (encoding) => {
  for (const outcome of [warned, rejected, { accepted: 1, rejected: 0, errorMessage: '' }]) {
    const body = exportResponse('logs', encoding, outcome)
    expect(answerProblem(200, encoding, body)).toBeUndefined()
  }
  const status = statusResponse(encoding, rpcCode.invalidArgument, 'why')
  expect(answerProblem(400, encoding, status)).toBeUndefined()
})

test.each([
  ['a field that the message does not have', 200, Uint8Array.of(0x38, 1)],
  ['one inside', 200, Uint8Array.of(0x0a, 2, 0x38, 1)],
  ['another wire type', 200, Uint8Array.of(0x08, 1)],
  ['a status for a response', 200, invalid],
  ['a response for a status', 400, exportResponse('logs', 'protobuf', rejected)],
  ['cut off', 400, invalid.subarray(0, invalid.length - 1)],
  ['a status without details', 400, statusResponse('protobuf', rpcCode.internal, 'why')],
  ['a status without a message', 413, statusResponse('protobuf', rpcCode.internal, '')],
  ['an error of the server', 500, statusResponse('protobuf', rpcCode.internal, 'why')],
] as const)('%s is not valid', (_, status, body) => {
  expect(answerProblem(status, 'protobuf', body)).toBeDefined()
})
