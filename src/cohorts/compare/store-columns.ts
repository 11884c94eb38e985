import { unknownColumn } from '../../ask/nearest-names.ts'
import type { FilterColumn, ResolveColumn } from '../../ask/filter/filter.ts'
import type { AttributeKey } from '../../store/attribute-keys.ts'
import type { Store } from '../../store/store.ts'

/** Columns of spans that are not attributes, by the names that people and the semantic conventions give them. */
const ownColumns: Readonly<Record<string, FilterColumn>> = {
  time: { sql: 'time', type: 'time' },
  operation: { sql: 'name', type: 'string' },
  name: { sql: 'name', type: 'string' },
  kind: { sql: 'toString(kind)', type: 'string' },
  status: { sql: 'toString(status)', type: 'string' },
  duration_ms: { sql: '(duration / 1e6)', type: 'number' },
  trace_id: { sql: 'trace_id', type: 'string' },
  service: { sql: 'service', type: 'string' },
  'service.name': { sql: 'service', type: 'string' },
  'service.version': { sql: "nullIf(service_version, '')", type: 'string' },
  'service.instance.id': { sql: "nullIf(service_instance, '')", type: 'string' },
  environment: { sql: "nullIf(environment, '')", type: 'string' },
  'deployment.environment': { sql: "nullIf(environment, '')", type: 'string' },
  'deployment.environment.name': { sql: "nullIf(environment, '')", type: 'string' },
}

/** Whether a name needs no look at which attributes the rows carry. */
export function isOwnColumn(name: string): boolean {
  return Object.hasOwn(ownColumns, name)
}

/** What names in filters over spans stand for: columns of their own, and attributes that the rows carry. */
export function storeColumns(
  store: Pick<Store, 'attribute'>,
  keys: readonly AttributeKey[],
): ResolveColumn {
  return (name) => {
    if (isOwnColumn(name)) return ownColumns[name]!
    const types = keys.filter(({ key }) => key === name).map(({ type }) => type)
    const [type] = types
    if (type === undefined) {
      const known = [...Object.keys(ownColumns), ...new Set(keys.map(({ key }) => key))]
      throw unknownColumn(name, known, 'attribute')
    }
    const sqlOf = (of: AttributeKey['type']): string => store.attribute('traces', name, of)
    // values of two types under one key are compared as text
    if (types.some((other) => numeric(other) !== numeric(type) || boolean(other) !== boolean(type)))
      return { sql: coalesced(types.map((of) => `toString(${sqlOf(of)})`)), type: 'string' }
    if (numeric(type)) {
      return { sql: coalesced(types.map((of) => `toFloat64(${sqlOf(of)})`)), type: 'number' }
    }
    return { sql: sqlOf(type), type: type === 'bool' ? 'bool' : 'string' }
  }
}

const numeric = (type: AttributeKey['type']): boolean => type === 'int' || type === 'double'
const boolean = (type: AttributeKey['type']): boolean => type === 'bool'

function coalesced(parts: readonly string[]): string {
  return parts.length === 1 ? parts[0]! : `coalesce(${parts.join(', ')})`
}
