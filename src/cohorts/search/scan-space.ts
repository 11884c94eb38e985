/** The rows of a scan as flat columns, sorted by class; plain data that threads can share. */
import { candidateBad, type GoodWeights, type Population } from '../cell-counts.ts'
import { conditionCost, leastScore } from './description-cost.ts'
import type { ScanAttribute, ScanSettings } from './scan-contender.ts'

/** What one condition can be on: the values of an attribute, the absence of a number, or the bins of a number. */
export interface Axis {
  attribute: number
  kind: 'values' | 'absence' | 'number'
  /** Codes are 0 to size - 1. Absence: 1 = absent. Number: 0 = absent. */
  size: number
  /** Code that may not be named, or -1. */
  unnamed: number
  /** Nats for one condition on it. */
  cost: number
}

export interface ScanSpace {
  kind: 'share' | 'volume'
  maxOrder: number
  minimumBad: number
  baseCost: number
  restRatio: number
  root: boolean
  /** As in `ScanSettings`. */
  leastScore: number
  keep: number
  /** Those of numbers last. */
  axes: readonly Axis[]
  /** Per axis, per row: the code. */
  columns: readonly Uint8Array[]
  /** Rows of class c are those from `starts[c]` to `starts[c + 1]`. */
  starts: readonly number[]
  /** Per class: the weight of each of its rows, NaN where they differ. */
  uniform: readonly number[]
  /** Per row; null where all classes are uniform. */
  weights: Float64Array | null
  /** Weighted rows by class. */
  all: readonly number[]
  /** As in `Population`. */
  goodWeights: GoodWeights | null
}

const defaultKeep = 200

/** `shared`: columns that several threads can read. */
export function scanSpace(
  population: Population,
  attributes: readonly ScanAttribute[],
  settings: ScanSettings,
  shared: boolean,
): ScanSpace {
  const rows = population.classes.length
  const bytes = (size: number): ArrayBuffer | SharedArrayBuffer =>
    shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size)
  const { order, starts } = sortByClass(settings.kind, population.classes)
  const sorted = (codes: Uint8Array): Uint8Array =>
    putInOrder(codes, order, new Uint8Array(bytes(rows)))

  const weightOf = population.weights
  let weights: Float64Array | null = null
  if (weightOf !== undefined) {
    weights = putNumbersInOrder(weightOf, order, new Float64Array(bytes(rows * 8)))
  }
  const uniform = [0, 1, 2, 3].map((k) => uniformWeight(weights, starts[k]!, starts[k + 1]!))
  const all = uniform.map((weight, k) => {
    const [from, to] = [starts[k]!, starts[k + 1]!]
    if (weights === null || !Number.isNaN(weight)) return weight * (to - from)
    return sumOf(weights, from, to)
  })
  if (!uniform.some(Number.isNaN)) weights = null

  const axes: Axis[] = []
  const columns: Uint8Array[] = []
  const add = (index: number, kind: Axis['kind']): void => {
    const { size, other } = attributes[index]!
    const cost = conditionCost(attributes[index]!, attributes.length)
    const codes = population.codes[index]!
    if (kind === 'absence') {
      axes.push({ attribute: index, kind, size: 2, unnamed: 0, cost })
      columns.push(whereZero(sorted(codes)))
    } else {
      axes.push({ attribute: index, kind, size, unnamed: kind === 'values' ? other : -1, cost })
      columns.push(sorted(codes))
    }
  }
  const usable = [...attributes.keys()].filter((index) => !settings.excluded.includes(index))
  const numbers = usable.filter((index) => attributes[index]!.ordered)
  const categories = usable
    .filter((index) => !attributes[index]!.ordered)
    .toSorted((a, b) => attributes[b]!.size - attributes[a]!.size || a - b)
  for (const index of categories) add(index, 'values')
  for (const index of numbers) if (population.codes[index]!.includes(0)) add(index, 'absence')
  for (const index of numbers) if (attributes[index]!.size > 1) add(index, 'number')

  return {
    kind: settings.kind,
    maxOrder: Math.min(6, Math.max(1, settings.maxOrder)),
    minimumBad: Math.max(settings.minimumBad, Number.MIN_VALUE),
    baseCost: settings.baseCost,
    restRatio: settings.restRatio,
    root: settings.root && settings.kind === 'share',
    leastScore: settings.leastScore ?? leastScore,
    keep: settings.keep ?? defaultKeep,
    axes,
    columns,
    starts,
    uniform,
    weights,
    all,
    goodWeights: population.goodWeights ?? null,
  }
}

// loops over rows are functions of their own, so that what is compiled for one scan serves the next
function putInOrder(codes: Uint8Array, order: Uint32Array, column: Uint8Array): Uint8Array {
  for (let row = 0; row < order.length; row++) column[row] = codes[order[row]!]!
  return column
}

function putNumbersInOrder(
  numbers: Float64Array,
  order: Uint32Array,
  column: Float64Array,
): Float64Array {
  for (let row = 0; row < order.length; row++) column[row] = numbers[order[row]!]!
  return column
}

function sumOf(numbers: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let row = from; row < to; row++) sum += numbers[row]!
  return sum
}

function whereZero(column: Uint8Array): Uint8Array {
  for (let row = 0; row < column.length; row++) column[row] = column[row] === 0 ? 1 : 0
  return column
}

/** For volumes every row is "bad" on its side. */
function sortByClass(
  kind: ScanSettings['kind'],
  given: Uint8Array,
): { order: Uint32Array; starts: number[] } {
  const classes = kind === 'volume' ? given.map((code) => code | 1) : given
  const starts = [0, 0, 0, 0, 0]
  for (let row = 0; row < classes.length; row++) starts[classes[row]! + 1]! += 1
  for (let k = 0; k <= candidateBad; k++) starts[k + 1]! += starts[k]!
  const next = starts.slice()
  const order = new Uint32Array(classes.length)
  for (let row = 0; row < classes.length; row++) order[next[classes[row]!]!++] = row
  return { order, starts }
}

function uniformWeight(weights: Float64Array | null, from: number, to: number): number {
  if (weights === null || from === to) return 1
  const first = weights[from]!
  for (let row = from; row < to; row++) if (weights[row] !== first) return Number.NaN
  return first
}
