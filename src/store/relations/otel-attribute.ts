import type { AttributeType } from '../../otlp/attribute-type.ts'
import { originColumns } from '../attribute-expression.ts'
import { parseExactJson } from '../exact-json.ts'
import type { AttributeValue } from './relations.ts'
import { quotedText } from '../sql-text.ts'
import { parseJson } from './parse-json.ts'

/** Which maps beside that of the event itself and that of its resource hold attributes. */
export interface AttributeLevels {
  readonly scope: boolean
}

const mapOf = {
  own: 'attributes_own',
  scope: 'attributes_scope',
  resource: 'attributes_resource',
} as const
type Level = keyof typeof mapOf

/**
 * SQL expression of an attribute over the maps of the exporter's tables, `Nullable(type)`. Their values are texts: those
 * that are written as the wanted type are taken for it.
 */
export function otelAttribute(levels: AttributeLevels, key: string, type: AttributeType): string {
  const column = type === 'string' ? originColumns.get(key) : undefined
  if (column !== undefined) return `nullIf(${column}, '')`
  return readAs[type](textOf(levels, key))
}

/** A text as a value of a type; null where it is not written as one. */
const readAs: Readonly<Record<AttributeType, (text: string) => string>> = {
  string: (text) => text,
  int: (text) => `if(${isInteger(text)}, toInt64OrNull(${text}), NULL)`,
  double: (text) => `toFloat64OrNull(${text})`,
  bool: (text) => `multiIf(${text} = 'true', true, ${text} = 'false', false, NULL)`,
  json: (text) => `if(${isJson(text)}, ${text}, NULL)`,
}

/** Conditions on a text (null where there is none): how the exporter writes values of other types. */
export const isInteger = (text: string): string => `toString(toInt64OrNull(${text})) = ${text}`
export const isNumber = (text: string): string =>
  `match(ifNull(${text}, ''), '^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?$')`
export const isBoolean = (text: string): string => `${text} IN ('true', 'false')`
export const isJson = (text: string): string =>
  `match(ifNull(${text}, ''), '^[\\\\[{]') AND isValidJSON(ifNull(${text}, ''))`

/** The event's own value before that of its scope before that of its resource, as in the product's own tables. */
function textOf({ scope }: AttributeLevels, key: string): string {
  const name = quotedText(key)
  const order: readonly Level[] = scope ? ['own', 'scope', 'resource'] : ['own', 'resource']
  const branches = order.map(
    (level) => `mapContains(${mapOf[level]}, ${name}), ${mapOf[level]}[${name}]`,
  )
  return `multiIf(${[...branches, ...outerBranch(key)].join(', ')}, NULL)`
}

/** `resource.KEY` and `scope.KEY` are the outer values of a key that an inner level has with another value. */
function outerBranch(key: string): string[] {
  const [, level, inner] = /^(scope|resource)\.(.+)$/s.exec(key) ?? []
  if (level === undefined || inner === undefined) return []
  const name = quotedText(inner)
  const outer = mapOf[level as Level]
  const condition = (level === 'scope' ? [mapOf.own] : [mapOf.own, mapOf.scope])
    .map((map) => `mapContains(${map}, ${name}) AND ${map}[${name}] != ${outer}[${name}]`)
    .join(' OR ')
  return [`mapContains(${outer}, ${name}) AND (${condition}), ${outer}[${name}]`]
}

/** All attributes of a row of one of the exporter's tables, with the types that their texts look like. */
export function readOtelAttributes(
  columns: Readonly<Record<string, ArrayLike<unknown>>>,
  row: number,
): Record<string, AttributeValue> {
  const found = new Map<string, AttributeValue>()
  const texts = new Map<string, string>()
  for (const level of ['own', 'scope', 'resource'] as const) {
    const map = (columns[mapOf[level]]?.[row] ?? {}) as Record<string, unknown>
    for (const [inner, value] of Object.entries(map)) {
      const text = String(value)
      if (texts.get(inner) === text) continue
      if (level === 'resource' && hasColumn(inner, map)) continue
      const key = texts.has(inner) ? `${level}.${inner}` : inner
      if (texts.has(key)) continue
      texts.set(key, text)
      found.set(key, valueOf(text))
    }
  }
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** The resource attributes that are columns of their own. */
function hasColumn(key: string, resource: Record<string, unknown>): boolean {
  return (
    originColumns.has(key) &&
    (key !== 'deployment.environment' || !('deployment.environment.name' in resource))
  )
}

function valueOf(text: string): AttributeValue {
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return parseExactJson(text) as number
  return /^[[{]/.test(text) ? parseJson(text) : text
}
