import type { Arena } from './arena.ts'
import { boolType, doubleType, intType, jsonType, stringType } from './attribute-type.ts'
import type { Interner } from './interner.ts'
import type { JsonObject } from './json-fields.ts'
import { asDouble, asInteger, objectField, objectsField } from './json-fields.ts'
import { setInt64, textField } from './json-fields.ts'
import { malformed, maxDepth } from './malformed.ts'
import { doubleBits, numberText } from './number-text.ts'

/** A KeyValue or AnyValue of parsed JSON, read into the form of an attribute set. */
export class JsonValue {
  key = 0
  type = jsonType
  low = 0
  high = 0
  readonly #arena: Arena
  readonly #keys: Interner

  constructor(arena: Arena, keys: Interner) {
    this.#arena = arena
    this.#keys = keys
  }

  readKeyValue(pair: JsonObject): void {
    this.key = this.#keys.internText(textField(pair, 'key'))
    this.readValue(objectField(pair, 'value'))
  }

  readValue(value: JsonObject | undefined): void {
    const [kind, content] = anyValue(value)
    if (kind === 'stringValue') {
      this.#text(content as string, stringType)
    } else if (kind === 'boolValue') {
      this.type = boolType
      this.set(content === true ? 1 : 0, 0)
    } else if (kind === 'intValue') {
      setInt64(content, kind, this)
      this.type = intType
    } else if (kind === 'doubleValue') {
      this.type = doubleType
      doubleBits(asDouble(content, kind), this)
    } else this.#text(valueText(value, 0), jsonType)
  }

  set(low: number, high: number): void {
    this.low = low
    this.high = high
  }

  #text(text: string, type: number): void {
    this.type = type
    const offset = this.#arena.appendText(text)
    this.set(offset, this.#arena.length - offset)
  }
}

/** JSON text of the attributes of an event, a link or an exemplar. */
export const keyValuesText = (pairs: readonly JsonObject[], depth = 0): string =>
  `{${pairs.map((pair) => `${JSON.stringify(textField(pair, 'key'))}:${valueText(objectField(pair, 'value'), depth)}`).join(',')}}`

const kinds = [
  'stringValue',
  'boolValue',
  'intValue',
  'doubleValue',
  'arrayValue',
  'kvlistValue',
  'bytesValue',
] as const
type Kind = (typeof kinds)[number]

const contentTypes: Partial<Record<Kind, string>> = {
  stringValue: 'string',
  boolValue: 'boolean',
  bytesValue: 'string',
}

/** The kind of a value and its content; undefined where it is empty. */
function anyValue(value: JsonObject | undefined): [Kind, unknown] | [undefined, undefined] {
  for (const kind of kinds) {
    const content = value?.[kind]
    if (content === undefined || content === null) continue
    const type = contentTypes[kind]
    if (type !== undefined && typeof content !== type) throw malformed(`${kind} is not a ${type}`)
    return [kind, content]
  }
  return [undefined, undefined]
}

function valueText(value: JsonObject | undefined, depth: number): string {
  if (depth > maxDepth) throw malformed('it is nested too deeply')
  const [kind, content] = anyValue(value)
  switch (kind) {
    case 'stringValue':
    case 'boolValue':
      return JSON.stringify(content)
    case 'intValue':
      return BigInt.asIntN(64, asInteger(content, kind)).toString()
    case 'doubleValue':
      return numberText(asDouble(content, kind))
    case 'bytesValue':
      return JSON.stringify(Buffer.from(content as string, 'base64').toString('base64'))
    case 'arrayValue': {
      const values = objectsField(objectField(value!, kind)!, 'values')
      return `[${values.map((item) => valueText(item, depth + 1)).join(',')}]`
    }
    case 'kvlistValue':
      return keyValuesText(objectsField(objectField(value!, kind)!, 'values'), depth + 1)
    case undefined:
    default:
      return 'null'
  }
}
