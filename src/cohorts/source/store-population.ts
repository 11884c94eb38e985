import { unknownColumn } from '../../ask/nearest-names.ts'
import { type AttributeKey, attributeKeys } from '../../store/attribute-keys.ts'
import type { AftergreenError } from '../../errors.ts'
import type { QueryOptions } from '../../store/query-rows.ts'
import type { Store } from '../../store/store.ts'
import { traceBuckets } from '../../store/tables/trace-bucket.ts'
import type { SqlPopulation, SqlRunner } from './sql-population.ts'
import { chooseAttributes, countedTogether, possibleKeys, unitKeys } from './store-attributes.ts'

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
  const possible =
    options.keys === undefined
      ? await possibleKeys(store, where, parameters, options, (keys) =>
          unitCounts(unitColumns(store, unitsAmong(keys, unit))),
        )
      : null
  const found =
    options.keys ?? possible?.keys ?? (await attributeKeys(store, where, parameters, 1000))
  const by = await chooseUnit(store, found, unit, async (columns) => {
    const counts = unitCounts(columns)
    const known = counts.flatMap((sql) => possible?.counted.get(sql) ?? [])
    return known.length === counts.length
      ? known
      : await countedTogether(store, counts, where, parameters)
  })
  const chosen = chooseAttributes(store, found, by.name, options)
  return {
    from: store.relation('traces'),
    where,
    candidate: candidate.sql,
    baseline: baseline.sql,
    parameters: { ...parameters, ...candidate.parameters, ...baseline.parameters },
    attributes: [{ name: 'operation', sql: 'name', type: 'string' }, ...chosen.attributes],
    ...(possible !== null && { hasUnused: true }),
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
    ...(store.relations.schema === 'own' && {
      isTimed: true,
      // in a cluster each server decides that for its own rows
      isTable: store.health().cluster === undefined,
      place: ['name', 'time'],
      slice: sliceOf(by),
    }),
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

interface Unit {
  name: string
  sql: string
  notes: string[]
  /** Rows in all, and those that do not stand for one event. */
  rows: number
  weighted: number
  /** Of the first and the last of them, ms since 1970. */
  first: number
  last: number
}

const slices = 32

/**
 * Some of the traces in stretches of time: within an hour those of a bucket and operation lie together, in the order of
 * their time.
 */
function sliceOf({ first, last }: Unit): (every: number) => string {
  return (every) => {
    const buckets = every % traceBuckets === 0 ? traceBuckets : 1
    const stretches = every / buckets
    const width = Math.max(1, Math.floor((last - first) / (slices * stretches)))
    const isInStretch = `intDiv(toUnixTimestamp64Milli(time) - ${first}, ${width}) % ${stretches} = 0`
    return buckets === 1 ? isInStretch : `(trace_bucket = 0 AND ${isInStretch})`
  }
}

/** Attributes that may tell units apart, best first. */
function unitsAmong(keys: readonly AttributeKey[], wanted: string | undefined): AttributeKey[] {
  if (wanted === 'trace_id') return []
  if (wanted !== undefined) return keys.filter(({ key }) => key === wanted).slice(0, 1)
  return unitKeys.flatMap((name) =>
    keys.filter(({ key, type }) => key === name && type === 'string'),
  )
}

const unitColumns = (store: Store, units: readonly AttributeKey[]): string[] =>
  units.map(({ key, type }) => store.attribute('traces', key, type))

/** As `chooseUnit` wants them counted. */
const unitCounts = (columns: readonly string[]): string[] => [
  'count()',
  'countIf(weight != 1)',
  'toUnixTimestamp64Milli(min(time))',
  'toUnixTimestamp64Milli(max(time))',
  ...columns.map((column) => `count(${column})`),
]

/**
 * Rows without the attribute are units by their trace.
 * @param count rows in all, those that do not stand for one event, first and last time, and those that have a value in each of some columns
 */
async function chooseUnit(
  store: Store,
  keys: readonly AttributeKey[],
  wanted: string | undefined,
  count: (columns: readonly string[]) => Promise<number[]>,
): Promise<Unit> {
  const byTrace = { name: 'trace_id', sql: 'trace_id', notes: [] }
  const known = unitsAmong(keys, wanted)
  if (known.length === 0 && wanted !== undefined && wanted !== 'trace_id') {
    throw unknownUnit(wanted, keys)
  }
  const columns = unitColumns(store, known)
  const [rows = 0, weighted = 0, first = 0, last = 0, ...having] = await count(columns)
  const all = { rows, weighted, first, last }
  // a column may be there without a value in any row
  if (wanted !== undefined && known.length > 0 && rows > 0 && having[0] === 0)
    throw unknownUnit(wanted, keys)
  const chosen = having.findIndex((some) => wanted !== undefined || some > rows / 2)
  if (chosen === -1) return { ...byTrace, ...all }
  const { key, type } = known[chosen]!
  const text = type === 'string' ? columns[chosen]! : `toString(${columns[chosen]!})`
  // the traces are read only where they are needed
  if (having[chosen] === rows) return { name: key, sql: text, notes: [], ...all }
  return {
    name: key,
    sql: `ifNull(${text}, trace_id)`,
    notes: [`Requests without ${key} count as units by their trace.`],
    ...all,
  }
}

function unknownUnit(wanted: string, keys: readonly AttributeKey[]): AftergreenError {
  const others = keys.map(({ key }) => key).filter((key) => key !== wanted)
  return unknownColumn(wanted, ['trace_id', ...new Set(others)], 'attribute')
}
