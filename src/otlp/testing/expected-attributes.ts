import type { Plain } from './otlp-proto.ts'

type Attribute = readonly [type: string, value: string | number | bigint | boolean]
export type Attributes = ReadonlyMap<string, Attribute>

/** One level of attributes, as the design has it, from decoded messages: slow and plain, to test the fast way with. */
export function attributesOf(pairs: Plain['x'] | undefined): Attributes {
  return new Map(
    ((pairs ?? []) as readonly Plain[]).map((pair) => [
      (pair['key'] as string | undefined) ?? '',
      attributeOf(pair['value'] as Plain | undefined),
    ]),
  )
}

/** Span beats scope beats resource; another value of an outer level is kept under a prefix. */
export function mergeLevels(own: Attributes, scope: Attributes, resource: Attributes): Attributes {
  return addLevel(own, addLevel(scope, resource, 'resource.'), (key) =>
    scope.has(key) ? 'scope.' : 'resource.',
  )
}

function addLevel(
  inner: Attributes,
  outer: Attributes,
  prefix: string | ((key: string) => string),
): Attributes {
  const merged = new Map(inner)
  for (const [key, attribute] of outer) {
    const before = merged.get(key)
    if (before === undefined) merged.set(key, attribute)
    else if (before[0] !== attribute[0] || !Object.is(before[1], attribute[1])) {
      const renamed = (typeof prefix === 'string' ? prefix : prefix(key)) + key
      if (!merged.has(renamed)) merged.set(renamed, attribute)
    }
  }
  return merged
}

export function attributeOf(value: Plain | undefined): Attribute {
  const { stringValue, boolValue, intValue, doubleValue } = value ?? {}
  if (stringValue !== undefined) return ['string', stringValue as string]
  if (boolValue !== undefined) return ['bool', boolValue as boolean]
  if (intValue !== undefined) return ['int', BigInt(intValue as string)]
  if (doubleValue !== undefined) return ['double', doubleValue as number]
  return ['json', valueText(value)]
}

/** JSON text of a value. */
export function valueText(value: Plain | undefined): string {
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } =
    value ?? {}
  if (stringValue !== undefined) return JSON.stringify(stringValue)
  if (boolValue !== undefined) return JSON.stringify(boolValue)
  if (intValue !== undefined) return intValue as string
  if (doubleValue !== undefined) {
    const number = String(Number(doubleValue))
    return Number.isFinite(doubleValue) ? number : `"${number}"`
  }
  if (bytesValue !== undefined) {
    return JSON.stringify(Buffer.from(bytesValue as Uint8Array).toString('base64'))
  }
  if (arrayValue !== undefined) {
    const values = ((arrayValue as Plain)['values'] ?? []) as readonly Plain[]
    return `[${values.map(valueText).join(',')}]`
  }
  if (kvlistValue === undefined) return 'null'
  return pairsText((kvlistValue as Plain)['values'])
}

export function pairsText(pairs: Plain['x'] | undefined): string {
  const texts = ((pairs ?? []) as readonly Plain[]).map((pair) => {
    const key = (pair['key'] as string | undefined) ?? ''
    return `${JSON.stringify(key)}:${valueText(pair['value'] as Plain | undefined)}`
  })
  return `{${texts.join(',')}}`
}
