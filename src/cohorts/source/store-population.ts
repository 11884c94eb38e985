import { unknownColumn } from '../../ask/nearest-names.ts'
import { type AttributeKey, attributeKeys } from '../../store/attribute-keys.ts'
import type { QueryOptions } from '../../store/query-rows.ts'
import type { Store } from '../../store/store.ts'
import { deniedAttributes, matchesAny } from '../denied-attributes.ts'
import type { SqlAttribute, SqlPopulation, SqlRunner } from './sql-population.ts'

/** A condition as SQL: UInt8, with its bound values. */
export interface SideFilter {
  sql: string
  parameters: Readonly<Record<string, unknown>>
}

export interface StorePopulationOptions {
  service: string
  /** Left out: all of them. */
  environment?: string
  candidate: SideFilter
  baseline: SideFilter
  /** Milliseconds since 1970: what holds both sides. */
  from: number
  to: number
  measures: readonly ('rate' | 'latency' | 'volume')[]
  /** Attribute whose values are independent of each other; left out, session, user or trace. */
  unit?: string
  /** Patterns of attributes to leave out, and of those to take although they look like outcomes. */
  ignore?: readonly string[]
  include?: readonly string[]
  /** What `attributeKeys` has found already; left out, it is asked. */
  keys?: readonly AttributeKey[]
  /** At most so many attributes, the most frequent first; default 60. */
  maxAttributes?: number
}

/** Who made a request; the first that most rows carry is the unit. */
const unitKeys = ['session.id', 'user.id', 'enduser.id']
/** Columns of their own, which `attributeKeys` does not list. */
const ownKeys: readonly AttributeKey[] = [
  'service.version',
  'service.instance.id',
  'deployment.environment.name',
].map((key) => ({ key, type: 'string', rows: Infinity }))

/**
 * The requests that a service answered: its entry spans (server, consumer), whichever tables hold them.
 * @throws COMPARE_COLUMN where there is no attribute `unit`, and what the store throws
 */
export async function storePopulation(
  store: Store,
  options: StorePopulationOptions,
): Promise<SqlPopulation> {
  const { service, environment, candidate, baseline, measures, unit } = options
  const where = `service = {ag_service: String}
    ${environment === undefined ? '' : 'AND environment = {ag_environment: String}'}
    AND kind IN ('server', 'consumer')
    AND time >= fromUnixTimestamp64Milli({ag_from: Int64}, 'UTC')
    AND time < fromUnixTimestamp64Milli({ag_to: Int64}, 'UTC')`
  const parameters = {
    ag_service: service,
    ...(environment !== undefined && { ag_environment: environment }),
    ag_from: options.from,
    ag_to: options.to,
  }
  const found = options.keys ?? (await attributeKeys(store, where, parameters, 1000))
  const by = await chooseUnit(store, found, unit, async (columns) => {
    const counts = [
      'count()',
      'countIf(weight != 1)',
      ...columns.map((column) => `count(${column})`),
    ]
    const [row] = await store.query<Record<string, number | string>>(
      `SELECT ${counts.map((sql, i) => `${sql} AS c${i}`).join(', ')} FROM ${store.relation('traces')} WHERE ${where}`,
      parameters,
      { isScan: true },
    )
    return counts.map((_, i) => Number(row?.[`c${i}`] ?? 0))
  })
  const keys = [...(environment === undefined ? ownKeys : ownKeys.slice(0, 2)), ...found]
  const chosen = chooseAttributes(store, keys, by.name, options)
  return {
    from: store.relation('traces'),
    where,
    candidate: candidate.sql,
    baseline: baseline.sql,
    parameters: { ...parameters, ...candidate.parameters, ...baseline.parameters },
    attributes: [{ name: 'operation', sql: 'name', type: 'string' }, ...chosen.attributes],
    bad: measures.includes('rate') ? "status = 'error'" : null,
    duration: measures.includes('latency') ? 'duration' : null,
    operation: 'name',
    volume: measures.includes('volume'),
    additive: null,
    unit: by.sql,
    unitName: by.name,
    rows: by.rows,
    weight: by.weighted === 0 ? null : 'weight',
    badCount: null,
    exemplar: 'trace_id',
    exemplarName: 'trace',
    rowKey: 'time, duration',
    notes: [...chosen.notes, ...by.notes, ...store.relations.notes],
    cut: chosen.cut,
  }
}

/** Questions of a comparison to a store. */
export function storeRunner(store: Pick<Store, 'query' | 'queryNative'>): SqlRunner {
  const options = (signal?: AbortSignal): QueryOptions => ({
    maxSeconds: 300,
    isScan: true,
    ...(signal !== undefined && { signal }),
  })
  return {
    native: (sql, parameters, signal) => store.queryNative(sql, { ...parameters }, options(signal)),
    rows: (sql, parameters, signal) => store.query(sql, { ...parameters }, options(signal)),
    // the store outlives the comparison
    close: async () => {},
  }
}

function chooseAttributes(
  store: Store,
  keys: readonly AttributeKey[],
  unit: string,
  { ignore = [], include = [], maxAttributes = 60 }: StorePopulationOptions,
): { attributes: SqlAttribute[]; notes: string[]; cut: string[] } {
  // one person or session is no cohort, and their many names cost the search more than all else
  const isLeftOut = (key: string): boolean => key === unit && unitKeys.includes(key)
  const wanted = keys.filter(
    ({ key }) =>
      key !== 'operation' &&
      !matchesAny(key, ignore) &&
      (matchesAny(key, include) || !(matchesAny(key, deniedAttributes) || isLeftOut(key))),
  )
  const taken = wanted.slice(0, maxAttributes)
  const cut = wanted.slice(maxAttributes)
  const attributes = taken.map(({ key, type }): SqlAttribute => {
    // a key with values of two types keeps both, told apart by the type
    const twice = taken.filter((other) => other.key === key).length > 1
    return {
      name: twice ? `${key} (${type})` : key,
      sql: store.attribute('traces', key, type),
      type: type === 'int' || type === 'double' ? 'number' : type,
    }
  })
  const notes =
    isLeftOut(unit) && !matchesAny(unit, [...ignore, ...include])
      ? [`Not searched, as it says which requests belong together: ${unit}.`]
      : []
  if (cut.length === 0) return { attributes, notes, cut: [] }
  const named = cut
    .slice(0, 10)
    .map(({ key }) => key)
    .join(', ')
  const more = cut.length > 10 ? ` and ${cut.length - 10} more` : ''
  const sentence = `Of ${wanted.length} attributes the ${taken.length} that most requests carry were searched; left out: ${named}${more}.`
  return { attributes, notes, cut: [sentence] }
}

interface Unit {
  name: string
  sql: string
  notes: string[]
  /** Rows in all, and those that do not stand for one event. */
  rows: number
  weighted: number
}

/**
 * Rows without the attribute are units by their trace.
 * @param count rows in all, those that do not stand for one event, and those that have a value in each of some columns
 */
async function chooseUnit(
  store: Store,
  keys: readonly AttributeKey[],
  wanted: string | undefined,
  count: (columns: readonly string[]) => Promise<number[]>,
): Promise<Unit> {
  const byTrace = { name: 'trace_id', sql: 'trace_id', notes: [] }
  const known =
    wanted === 'trace_id'
      ? []
      : wanted === undefined
        ? unitKeys.flatMap((name) =>
            keys.filter(({ key, type }) => key === name && type === 'string'),
          )
        : keys.filter(({ key }) => key === wanted).slice(0, 1)
  if (known.length === 0 && wanted !== undefined && wanted !== 'trace_id') {
    throw unknownColumn(wanted, ['trace_id', ...new Set(keys.map(({ key }) => key))], 'attribute')
  }
  const columns = known.map(({ key, type }) => store.attribute('traces', key, type))
  const [rows = 0, weighted = 0, ...having] = await count(columns)
  const chosen = having.findIndex((some) => wanted !== undefined || some > rows / 2)
  if (chosen === -1) return { ...byTrace, rows, weighted }
  const { key, type } = known[chosen]!
  const text = type === 'string' ? columns[chosen]! : `toString(${columns[chosen]!})`
  // the traces are read only where they are needed
  if (having[chosen] === rows) return { name: key, sql: text, notes: [], rows, weighted }
  return {
    name: key,
    sql: `ifNull(${text}, trace_id)`,
    notes: [`Requests without ${key} count as units by their trace.`],
    rows,
    weighted,
  }
}
