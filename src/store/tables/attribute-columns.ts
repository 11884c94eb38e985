import { quotedText } from '../sql-text.ts'
import type { AttributeType } from '../../otlp/attribute-type.ts'
import type { TableColumn } from './table-column.ts'

const columnTypes = {
  string: 'LowCardinality(Nullable(String))',
  int: 'Nullable(Int64)',
  double: 'Nullable(Float64)',
  bool: 'Nullable(Bool)',
} as const

/** Types whose keys can have a column of their own. */
export type PromotedType = keyof typeof columnTypes

export const isPromotedType = (type: string): type is PromotedType =>
  Object.hasOwn(columnTypes, type)

const valueTypes: Record<AttributeType, string> = {
  string: 'String',
  int: 'Int64',
  double: 'Float64',
  bool: 'Bool',
  json: 'String',
}

/** The map that holds the attributes of one type whose key has no column of its own. */
export const attributeMapColumn = (type: AttributeType): TableColumn => ({
  name: `attributes_${type}`,
  type: `Map(LowCardinality(String), ${valueTypes[type]})`,
  codec: 'ZSTD(1)',
})

/** The type of the column of a promoted key: the usual one of its type, or `plain` for strings that rarely repeat. */
export const promotedTypes = { ...columnTypes, plain: 'Nullable(String)' } as const

/** The type of the column of a promoted key whose values repeat. */
export function promotedType(type: AttributeType): string {
  if (isPromotedType(type)) return columnTypes[type]
  throw new TypeError(`An attribute of type ${type} cannot have a column of its own.`)
}

export interface PromotedColumnOptions {
  /** Default: made of the key alone, as for the initial ones. */
  name?: string
  /** A String without a dictionary, for values that rarely repeat. */
  plain?: boolean
  /** When writers begin to fill it, in ms since 1970 by the engine's clock; default: from the first row on. */
  activeFrom?: number
}

/**
 * The column of a promoted key. Its comment is the registry: `attribute:<type>:<key>`, or
 * `attribute:<type>@<active from>:<key>` where the table had rows before.
 */
export function promotedColumn(
  type: PromotedType,
  key: string,
  { name = promotedName(key), plain = false, activeFrom }: PromotedColumnOptions = {},
): TableColumn {
  const since = activeFrom === undefined ? '' : `@${activeFrom}`
  return {
    name,
    type: plain ? promotedTypes.plain : columnTypes[type],
    comment: `attribute:${type}${since}:${key}`,
    codec: 'ZSTD(1)',
  }
}

const promotedName = (key: string): string => `attr_${key.replace(/[^A-Za-z0-9]/g, '_')}`

/** What the comment of a column says of the attribute that it holds. */
export interface AttributeComment {
  readonly type: PromotedType
  readonly key: string
  /** When writers begin to fill it, in ms since 1970 by the engine's clock; 0: from the first row on. */
  readonly activeFrom: number
}

/** @returns undefined when the comment of a column does not say that it holds an attribute */
export function parseAttributeComment(comment: string): AttributeComment | undefined {
  const [, type, since, key] = /^attribute:([a-z]+)(?:@(\d{1,15}))?:(.*)$/s.exec(comment) ?? []
  if (type === undefined || key === undefined || !isPromotedType(type)) return undefined
  return { type, key, activeFrom: Number(since ?? 0) }
}

/** SQL of the value that a row keeps in the map of its type, `Nullable(type)`: null where it has none there. */
export function valueInMap(type: AttributeType, key: string): string {
  const map = `attributes_${type}`
  const literal = quotedText(key)
  // the engine does not find the empty key so (26.7)
  const isThere =
    key === '' ? `arrayExists(k -> k = '', mapKeys(${map}))` : `mapContains(${map}, ${literal})`
  return `if(${isThere}, ${map}[${literal}], NULL)`
}

/**
 * Promoted from the first start on: the usual stable keys of the semantic conventions 1.44; `plain` where values rarely
 * repeat.
 */
export const initialPromotions: readonly (readonly [PromotedType, string, 'plain'?])[] = [
  ['string', 'http.request.method'],
  ['int', 'http.response.status_code'],
  ['string', 'http.route'],
  ['string', 'url.path', 'plain'],
  ['string', 'url.scheme'],
  ['string', 'server.address'],
  ['int', 'server.port'],
  ['string', 'client.address'],
  ['string', 'user_agent.original'],
  ['string', 'network.protocol.version'],
  ['string', 'error.type'],
  ['string', 'exception.type'],
  ['string', 'db.system.name'],
  ['string', 'db.namespace'],
  ['string', 'db.collection.name'],
  ['string', 'db.operation.name'],
  ['string', 'rpc.system.name'],
  ['string', 'rpc.method'],
  ['string', 'rpc.response.status_code'],
  ['string', 'messaging.system'],
  ['string', 'messaging.destination.name'],
  ['string', 'session.id', 'plain'],
  ['string', 'user.id', 'plain'],
  ['string', 'host.name'],
  ['string', 'telemetry.sdk.language'],
  ['string', 'cloud.region'],
  ['string', 'k8s.namespace.name'],
  ['string', 'k8s.pod.name'],
]

export const initialColumns: readonly TableColumn[] = initialPromotions.map(([type, key, plain]) =>
  promotedColumn(type, key, { plain: plain === 'plain' }),
)
