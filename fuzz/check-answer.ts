import type { Type } from 'protobufjs'
import protobuf from 'protobufjs'
import type { OtlpEncoding } from '../src/otlp/decode-export.ts'
import { otlpRoot } from '../src/otlp/testing/otlp-proto.ts'
import { fieldRanges } from '../src/otlp/testing/scramble.ts'

const responseType = otlpRoot.lookupType('ExportResponse')
const statusType = otlpRoot.lookupType('RpcStatus')
const badRequestType = otlpRoot.lookupType('BadRequest')

/**
 * What is wrong with an answer; undefined where it is one that the OTLP specification allows: an Export…ServiceResponse with
 * 200, else a google.rpc.Status that says something, for bad data with google.rpc.BadRequest details.
 */
export function answerProblem(
  status: number,
  encoding: OtlpEncoding,
  body: Uint8Array,
): string | undefined {
  try {
    const fields = encoding === 'json' ? fromJson(body) : fromWire(status, body)
    if (status === 200) return partialSuccessProblem(fields)
    if (typeof fields['code'] !== 'number' || fields['code'] < 1) return 'a status without a code'
    if (typeof fields['message'] !== 'string' || fields['message'] === '')
      return 'a status without a message'
    if (status === 400 && !JSON.stringify(fields['details'] ?? '').includes('description')) {
      return 'a status 400 without details'
    }
    return [400, 413, 415, 503].includes(status) ? undefined : `status ${status}`
  } catch (error) {
    return `it cannot be decoded: ${String(error)}`
  }
}

type Fields = Record<string, unknown>

function fromJson(body: Uint8Array): Fields {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as Fields
}

/** The fields as JSON would have them. */
function fromWire(status: number, body: Uint8Array): Fields {
  const type = status === 200 ? responseType : statusType
  const message = type.decode(body)
  assertKnown(type, body)
  const fields: Fields = type.toObject(message, { longs: String })
  const details = (fields['details'] ?? []) as { typeUrl?: string; value: Uint8Array }[]
  return {
    ...fields,
    details: details.map(({ typeUrl = '', value }) =>
      typeUrl.endsWith('BadRequest') ? badRequestType.toObject(badRequestType.decode(value)) : {},
    ),
  }
}

/** A decoder passes over fields that it does not know: an answer must have none. An explicit default is allowed. */
function assertKnown(type: Type, bytes: Uint8Array): void {
  for (const [start, end] of fieldRanges(bytes)) {
    const reader = protobuf.Reader.create(bytes.subarray(start, end))
    const tag = reader.uint32()
    const field = type.fieldsById[tag >>> 3]
    const wire = field && (protobuf.types.basic[field.type as 'int32'] ?? 2)
    if (field === undefined || wire !== (tag & 7)) throw new Error(`unknown field ${tag >>> 3}`)
    if (field.resolvedType !== null) assertKnown(field.resolvedType as Type, reader.bytes())
  }
}

function partialSuccessProblem(fields: Fields): string | undefined {
  const partial = fields['partialSuccess'] as Fields | undefined
  if (partial === undefined) return undefined
  const rejected = Object.entries(partial).find(([name]) => name.startsWith('rejected'))?.[1]
  if (Number(rejected ?? 0) > 0 && partial['errorMessage'] === '')
    return 'rejected without a reason'
  return undefined
}
