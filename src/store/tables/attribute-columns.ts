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

/** The column of a promoted key. Its comment is the registry: `attribute:<type>:<key>`. */
export const promotedColumn = (
  type: PromotedType,
  key: string,
  name = promotedName(key),
): TableColumn => ({
  name,
  type: columnTypes[type],
  comment: `attribute:${type}:${key}`,
  codec: 'ZSTD(1)',
})

/** The type of the column of a promoted key. */
export function promotedType(type: AttributeType): string {
  if (isPromotedType(type)) return columnTypes[type]
  throw new TypeError(`An attribute of type ${type} cannot have a column of its own.`)
}

const promotedName = (key: string): string => `attr_${key.replace(/[^A-Za-z0-9]/g, '_')}`

/** @returns type and key when the comment of a column says that it holds an attribute */
export function parseAttributeComment(
  comment: string,
): { type: PromotedType; key: string } | undefined {
  const [, type, key] = /^attribute:([a-z]+):(.*)$/s.exec(comment) ?? []
  return type !== undefined && key !== undefined && isPromotedType(type) ? { type, key } : undefined
}

/** Promoted from the first start on: the usual stable keys of the semantic conventions 1.44. */
export const initialPromotions: readonly (readonly [PromotedType, string])[] = [
  ['string', 'http.request.method'],
  ['int', 'http.response.status_code'],
  ['string', 'http.route'],
  ['string', 'url.path'],
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
  ['string', 'session.id'],
  ['string', 'user.id'],
  ['string', 'host.name'],
  ['string', 'telemetry.sdk.language'],
  ['string', 'cloud.region'],
  ['string', 'k8s.namespace.name'],
  ['string', 'k8s.pod.name'],
]
