import type { AttributeKey } from '../../../store/attribute-keys.ts'
import type { NativeColumn, NativeColumns } from '../../../store/native/decode-native.ts'
import { joinUnits, maxSpans } from './join-units.ts'
import { orderOfUnits } from './order-of-units.ts'
import type { Stretch } from './time-chunks.ts'
import {
  inWindow,
  isEntry,
  sampleOf,
  stretchStart,
  traceNumber,
  type UnitScope,
  withinStretches,
} from './unit-scope.ts'
import { columnId, emptyRows, type UnitRows, type UnitValues, valuesOf } from './unit-rows.ts'
import { type AttributeValue, isNumeric, type ValueIds } from './value-ids.ts'

/**
 * Units mostly have one span each, and to put them together here costs far less than to have the engine group many columns.
 * Where traces have very many spans the engine does it.
 */
const mostSpans = 500_000

/**
 * Reads what stretches of time hold of units, one list of rows for each: entry spans by trace, operation and version, in the
 * order of time and of these. Of several spans the least value counts, not whichever comes first: the order of arrival
 * must not matter.
 */
export async function readUnits(
  scope: UnitScope,
  stretches: readonly Stretch[],
  oneOf: number,
  keys: readonly AttributeKey[],
  values: UnitValues,
  most = mostSpans,
): Promise<UnitRows[]> {
  if (stretches.length === 0) return []
  const { store, parameters } = scope
  const where = `FROM ${store.relation('traces')}
     WHERE ${inWindow} AND ${isEntry} AND ${withinStretches(stretches)} AND ${sampleOf(oneOf)}`
  const spans = await store.queryNative(
    `SELECT ${columnsOf(scope, keys, { least: (x) => x, greatest: (x) => x, ids: 'span_id' })} ${where}
     LIMIT ${most + 1}`,
    parameters,
    { isScan: true },
  )
  if (spans.rows <= most) {
    return rowsByStretch(spans, stretches, keys, values, scope.versions).map((rows) =>
      joinUnits([rows], keys, values),
    )
  }
  const units = await store.queryNative(
    `SELECT ${columnsOf(scope, keys, {
      least: (x) => `min(${x})`,
      greatest: (x) => `max(${x})`,
      ids: `arrayStringConcat(groupArraySorted(${maxSpans})(span_id), ',')`,
    })} ${where}
     GROUP BY ${stretchStart(stretches)}, trace_id, operation, version`,
    parameters,
    { isGrouped: true },
  )
  return rowsByStretch(units, stretches, keys, values, scope.versions)
}

interface Aggregates {
  least: (value: string) => string
  greatest: (value: string) => string
  ids: string
}

function columnsOf(
  { store }: UnitScope,
  keys: readonly AttributeKey[],
  { least, greatest, ids }: Aggregates,
): string {
  const attributes = keys.map(({ key, type }, i) => {
    const value = least(store.attribute('traces', key, type))
    return `, ${type === 'int' ? `toFloat64(${value})` : value} AS a${i}`
  })
  return `trace_id, name AS operation, ${least(traceNumber)} AS trace, service_version AS version,
       toFloat64(toUnixTimestamp64Milli(${least('time')})) AS at,
       ${greatest('duration')} / 1e6 AS millis,
       CAST(${greatest("status = 'error'")}, 'UInt8') AS failed,
       cityHash64(trace_id, 'halves') % 2 AS discovery,
       ${ids} AS spans
       ${attributes.join('')}`
}

/** The rows of each stretch, with what their cells mean put among the values. */
function rowsByStretch(
  read: NativeColumns,
  stretches: readonly Stretch[],
  keys: readonly AttributeKey[],
  values: UnitValues,
  versions: readonly string[],
): UnitRows[] {
  const numbers = (name: string): ArrayLike<number> => numbersOf(read.columns[name])
  const { trace, at, millis, failed, discovery } = {
    trace: numbers('trace'),
    at: numbers('at'),
    millis: numbers('millis'),
    failed: numbers('failed'),
    discovery: numbers('discovery'),
  }
  const texts = {
    traceIds: textsOf(read.columns['trace_id']),
    spans: textsOf(read.columns['spans']),
  }
  const operation = idsOf(read.columns['operation'], values.operations)
  const version = textsOf(read.columns['version'])
  const index = new Map(versions.map((name, i) => [name, i]))
  const attributes = keys.map((key, i) => {
    const column = read.columns[`a${i}`]
    const id = columnId(key)
    return isNumeric(key.type)
      ? { id, cells: doublesOf(column) }
      : { id, cells: idsOf(column, valuesOf(values, id)) }
  })
  // here and not by the engine: it would move every column
  const order = orderOfUnits(at, (row) => [
    texts.traceIds(row),
    String(values.operations.values[operation[row]!]),
    version(row),
  ])
  let row = 0
  return stretches.map(({ to }) => {
    const start = row
    while (row < read.rows && at[order[row]!]! < to) row++
    const own = order.subarray(start, row)
    const rows = emptyRows(own.length, [])
    for (let i = 0; i < rows.rows; i++) {
      const source = own[i]!
      rows.at[i] = at[source]!
      rows.trace[i] = trace[source]!
      rows.traceIds[i] = texts.traceIds(source)
      rows.version[i] = index.get(version(source)) ?? 0
      rows.duration[i] = millis[source]!
      rows.failed[i] = failed[source]!
      rows.discovery[i] = discovery[source]!
      rows.spans[i] = texts.spans(source)
    }
    rows.operation = picked(operation, own)
    rows.attributes = new Map(attributes.map(({ id, cells }) => [id, picked(cells, own)]))
    return rows
  })
}

function picked<T extends Uint32Array | Float64Array>(cells: T, rows: Uint32Array): T {
  const some = cells.slice(0, rows.length) as T
  for (let i = 0; i < rows.length; i++) some[i] = cells[rows[i]!]!
  return some
}

function numbersOf(column: NativeColumn | undefined): ArrayLike<number> {
  if (column === undefined) return []
  if (column.kind !== 'number') throw new TypeError('a column of numbers was expected')
  return column.values as ArrayLike<number>
}

function doublesOf(column: NativeColumn | undefined): Float64Array {
  const values = Float64Array.from(numbersOf(column))
  if (column?.kind === 'number' && column.nulls !== undefined) {
    for (let row = 0; row < values.length; row++)
      if (column.nulls[row] === 1) values[row] = Number.NaN
  }
  return values
}

function textsOf(column: NativeColumn | undefined): (row: number) => string {
  if (column === undefined) return () => ''
  if (column.kind !== 'string') throw new TypeError('a column of texts was expected')
  return (row) => column.values[column.codes[row]!] ?? ''
}

/** Ids of texts, and of yes and no. */
function idsOf(column: NativeColumn | undefined, ids: ValueIds): Uint32Array {
  if (column === undefined) return new Uint32Array(0)
  if (column.kind === 'string') {
    // only of values that occur: a dictionary may hold more
    const known = new Int32Array(column.values.length).fill(-1)
    return column.codes.map((code) => {
      if (known[code] === -1) known[code] = ids.idOf(column.values[code] ?? null)
      return known[code]!
    })
  }
  const of = (value: AttributeValue | null): number => ids.idOf(value)
  return Uint32Array.from(column.values as ArrayLike<number>, (value, row) =>
    of(column.nulls?.[row] === 1 ? null : value !== 0),
  )
}
