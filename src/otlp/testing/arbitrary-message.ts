import * as fc from 'fast-check'
import type { Field, Type } from 'protobufjs'
import type { Plain, PlainValue } from './otlp-proto.ts'

/** Any message of a type; values are such that they survive JSON, too (no negative zero). */
export function arbitraryMessage(type: Type, depth = 0): fc.Arbitrary<Plain> {
  const fields: Record<string, fc.Arbitrary<PlainValue>> = {}
  const oneofs: fc.Arbitrary<Plain>[] = []
  for (const field of type.fieldsArray) {
    const isOptional = field.partOf !== null && field.partOf.name.startsWith('_')
    if (field.partOf === null || isOptional) fields[field.name] = arbitraryField(field, depth)
  }
  for (const oneof of type.oneofsArray) {
    if (oneof.name.startsWith('_')) continue
    const members = oneof.fieldsArray.filter((field) => depth < 14 || !isMessage(field))
    const choices = members.map((field) =>
      arbitraryField(field, depth).map((value): Plain => ({ [field.name]: value })),
    )
    oneofs.push(fc.oneof(fc.constant({}), ...choices))
  }
  const plain = fc.record(fields, { requiredKeys: [] })
  return fc
    .tuple(plain, ...oneofs)
    .map(([first, ...rest]) => Object.assign({}, first, ...rest) as Plain)
}

function arbitraryField(field: Field, depth: number): fc.Arbitrary<PlainValue> {
  const one = arbitraryValue(field, depth + 1)
  return field.repeated ? fc.array(one, { maxLength: 3 }) : one
}

const isMessage = (field: Field): boolean => field.resolvedType !== null

function arbitraryValue(field: Field, depth: number): fc.Arbitrary<PlainValue> {
  if (field.resolvedType !== null)
    return fc.memo(() => arbitraryMessage(field.resolvedType as Type, depth))()
  switch (field.type) {
    case 'string':
      return field.name === 'key' ? keys : field.name === 'traceState' ? traceStates : texts
    case 'bytes':
      return arbitraryBytes(field.name)
    case 'bool':
      return fc.boolean()
    case 'double':
      return fc.double().map((value) => (Object.is(value, -0) ? 0 : value))
    case 'int64':
    case 'sfixed64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)
    case 'fixed64':
    case 'uint64':
      return fc.oneof(fc.nat().map(String), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String))
    case 'fixed32':
    case 'uint32':
      return fc.nat({ max: 2 ** 32 - 1 })
    default:
      return fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer())
  }
}

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
)

// few, so that the levels meet each other
const keys = fc.oneof(
  fc.constantFrom('a', 'a.b', 'http.route', 'service.name', 'service.version', 'host.name'),
  fc.constantFrom('deployment.environment', 'deployment.environment.name', 'resource.a', ''),
  fc.string({ unit: 'binary', maxLength: 9 }),
)

const traceStates = fc.oneof(
  fc.constantFrom('', 'ot=th:8', 'x=1, ot=rv:00;th:c ,y=2', 'ot=th:zz', 'ot=th:00000000000001'),
  texts,
)

function arbitraryBytes(name: string): fc.Arbitrary<Uint8Array> {
  if (!name.endsWith('Id')) return fc.uint8Array({ maxLength: 9 })
  const width = name === 'traceId' ? 16 : 8
  const right = fc.uint8Array({ minLength: width, maxLength: width })
  return fc.oneof(
    { weight: 9, arbitrary: right },
    { weight: 1, arbitrary: fc.constant(new Uint8Array(width)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }) },
  )
}
