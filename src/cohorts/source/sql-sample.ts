import type { NativeColumn } from '../../store/native/decode-native.ts'
import type { AttributeColumn } from '../cohort-table.ts'
import type { DiscoverySample } from '../compare/cohort-source.ts'
import { numbersIn } from './native-answer.ts'
import { rowOrder } from './row-order.ts'
import { attributeColumn, compareBy } from './sample-columns.ts'
import { samplingNotes } from './sampling-notes.ts'
import { budgetShare, samplingRates, type SamplingRates } from './sampling-rates.ts'
import { lowZeros, type TakenRows, thinnedMeasure } from './thinned-measure.ts'
import type { ClassMeasure } from './sql-measures.ts'
import type { SqlAttribute, SqlRunner } from './sql-population.ts'
import type { SqlRows } from './sql-rows.ts'

/**
 * The rows of the discovery half that are looked at, in one scan. A row is taken where its sampling bits begin with as
 * many zeros as its class asks for; a measure with a coarser rate takes those of them that begin with more.
 * @param sizes rows of the discovery half, by class
 */
export async function sampleRows(
  rows: SqlRows,
  sizes: ArrayLike<number>,
  measures: readonly ClassMeasure[],
  runner: SqlRunner,
  signal?: AbortSignal,
): Promise<DiscoverySample> {
  const { attributes, hasUnused = false } = rows.population
  const ratesOf = (count: number): SamplingRates =>
    samplingRates(sizes, measures, budgetShare(count))
  // how many are used is known afterwards: then some of the rows are too many
  const mostAttributes = hasUnused ? 0 : attributes.length
  const most = ratesOf(mostAttributes)
  const masks = Array.from(most.powers, (power) => String(2n ** BigInt(power) - 1n))
  const { columns, rows: count } = await runner.native(
    rows.select(
      [
        'ag_class',
        'ag_sample',
        'ag_hash',
        ...(rows.facts.isWeighted ? ['toFloat64(ag_weight) AS ag_events'] : []),
        ...attributes.map((attribute, i) => `${selected(attribute)} AS ag_a${i}`),
      ],
      {
        first: `bitAnd(ag_sample, [${masks.join(', ')}][ag_class + 1]) = 0`,
        where: 'ag_half = 0',
      },
    ),
    rows.parameters,
    signal,
  )
  const used = attributes
    .map((attribute, i) => ({ attribute, column: columns[`ag_a${i}`] }))
    .filter(({ column }) => !hasUnused || hasValues(column))
  const isLess = hasUnused && budgetShare(used.length) < budgetShare(mostAttributes)
  const fewer = isLess ? ratesOf(used.length) : most
  const isWithin = fewer.powers.every((power, code) => power >= most.powers[code]!)
  const rates = isWithin ? fewer : most
  const found = takenRows(columns, orderOf(columns, count), most)
  const taken = rates === most ? found : thinned(found, rates)
  const { order } = taken
  const own = measures.map((measure, i) => thinnedMeasure(measure, rates.byMeasure[i]!, taken))
  const columnsTaken = used.map(({ attribute, column }) =>
    attributeColumn(attribute, column, order),
  )
  return {
    table: {
      rows: order.length,
      candidate: sidesOf(taken.classes),
      attributes: columnsTaken,
      ...(isOneEach(taken.weights) ? {} : { weights: taken.weights }),
    },
    measures: own,
    notes: [
      ...samplingNotes(measures, rates, sizes),
      ...columnsTaken
        .filter(isInfinite)
        .map(
          ({ name }) =>
            `${name} has infinite values in some rows: they are larger or smaller than every number.`,
        ),
    ],
  }
}

function selected({ sql, type }: SqlAttribute): string {
  if (type === 'number') return `CAST(${sql}, 'Nullable(Float64)')`
  if (type === 'bool') return `CAST(${sql}, 'Nullable(UInt8)')`
  // the engine makes dictionaries faster than they are made here
  return `CAST(${sql}, 'LowCardinality(Nullable(String))')`
}

const isInfinite = (column: AttributeColumn): boolean =>
  column.kind === 'number' &&
  (column.values.includes(Infinity) || column.values.includes(-Infinity))

/** Rows of one exemplar and unit are told apart by what they hold. */
function orderOf(columns: Readonly<Record<string, NativeColumn>>, rows: number): Uint32Array {
  const keys = columns['ag_sample']
  if (rows === 0) return new Uint32Array(0)
  if (keys?.kind !== 'number' || !(keys.values instanceof BigUint64Array))
    throw new TypeError('The engine answered with a column of another type.')
  const comparisons = Object.values(columns).map(compareBy)
  return rowOrder(keys.values, (a, b) => {
    for (const compare of comparisons) {
      const difference = compare(a, b)
      if (difference !== 0) return difference
    }
    return 0
  })
}

function hasValues(column: NativeColumn | undefined): boolean {
  if (column?.kind !== 'string') return column?.nulls === undefined || column.nulls.includes(0)
  const { codes } = column
  for (let row = 0; row < codes.length; row++) if (codes[row] !== 0) return true
  return false
}

function sidesOf(classes: TakenRows['classes']): Uint8Array {
  const sides = new Uint8Array(classes.length)
  for (let i = 0; i < classes.length; i++) sides[i] = classes[i]! & 1
  return sides
}

function isOneEach(weights: Float64Array): boolean {
  for (let i = 0; i < weights.length; i++) if (weights[i] !== 1) return false
  return true
}

interface OrderedRows extends TakenRows {
  /** Numbers of the rows in the answer. */
  order: Uint32Array
}

/** Those that coarser rates take. */
function thinned(rows: OrderedRows, { powers }: SamplingRates): OrderedRows {
  const { order, classes, zeros, events } = rows
  let count = 0
  const kept: OrderedRows = {
    order: new Uint32Array(order.length),
    classes: new Uint8Array(order.length),
    zeros: new Uint8Array(order.length),
    events: new Float64Array(order.length),
    weights: new Float64Array(order.length),
  }
  for (let i = 0; i < order.length; i++) {
    const power = powers[classes[i]!]!
    if (zeros[i]! < power) continue
    kept.order[count] = order[i]!
    kept.classes[count] = classes[i]!
    kept.zeros[count] = zeros[i]!
    kept.events[count] = events[i]!
    kept.weights[count] = events[i]! * 2 ** power
    count += 1
  }
  return {
    order: kept.order.slice(0, count),
    classes: kept.classes.slice(0, count),
    zeros: kept.zeros.slice(0, count),
    events: kept.events.slice(0, count),
    weights: kept.weights.slice(0, count),
  }
}

function takenRows(
  columns: Readonly<Record<string, NativeColumn>>,
  order: Uint32Array,
  { powers }: SamplingRates,
): OrderedRows {
  const rows = order.length
  const taken: OrderedRows = {
    order,
    classes: new Uint8Array(rows),
    zeros: new Uint8Array(rows),
    events: new Float64Array(rows).fill(1),
    weights: new Float64Array(rows),
  }
  if (rows === 0) return taken
  const classes = numbersIn({ rows, columns }, 'ag_class')
  const events = columns['ag_events']
  const weights = events === undefined ? null : numbersIn({ rows, columns }, 'ag_events')
  const bits = columns['ag_sample']!
  const words = new Uint32Array((bits as { values: BigUint64Array<ArrayBuffer> }).values.buffer)
  for (let i = 0; i < rows; i++) {
    const row = order[i]!
    const low = words[row * 2]!
    taken.zeros[i] = low === 0 ? 32 + lowZeros(words[row * 2 + 1]!) : lowZeros(low)
    taken.classes[i] = classes[row]!
    if (weights !== null) taken.events[i] = weights[row]!
    taken.weights[i] = taken.events[i]! * 2 ** powers[taken.classes[i]!]!
  }
  return taken
}
