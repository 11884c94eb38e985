/** Which rows of a population satisfy conditions, from lists of the rows of each code. */
import type { Population } from '../cell-counts.ts'
import type { CodedAttribute } from '../coded-attributes.ts'
import type { Condition } from '../cohort.ts'
import { sortedPositions } from '../sorted-positions.ts'
import type { CodedCondition } from './scan-contender.ts'

type RangeCondition = Extract<Condition, { op: 'range' }>

/** Positions are those of the population's rows, in ascending order of codes where they come from a list. */
export interface MemberIndex {
  population: Population
  attributes: readonly CodedAttribute[]
  /** Positions alive with these codes. */
  coded(conditions: readonly CodedCondition[]): Uint32Array
  /** Rows that `coded` would look at. */
  cost(conditions: readonly CodedCondition[]): number
  /** Positions alive that satisfy conditions; ranges on raw values, all others by their code. `skip` is left out. */
  exact(
    conditions: readonly Condition[],
    coded: readonly CodedCondition[],
    skip?: number,
  ): Uint32Array
  /** Positions that all have a number, in ascending order of it. */
  inOrder(positions: Uint32Array, attribute: number): Uint32Array
  /** Per position: 1 = not explained yet. Changed by the caller. */
  alive: Uint8Array
}

export function memberIndex(
  population: Population,
  attributes: readonly CodedAttribute[],
): MemberIndex {
  return new ListedMembers(population, attributes)
}

/** A class, and its loops over rows functions of their own: what is compiled for one search serves the next. */
class ListedMembers implements MemberIndex {
  readonly population: Population
  readonly attributes: readonly CodedAttribute[]
  readonly alive: Uint8Array
  readonly #lists: ({ order: Uint32Array; starts: Uint32Array } | undefined)[] = []
  readonly #sorted: (Uint32Array | undefined)[] = []
  readonly #all: Uint32Array
  readonly #buffer: Uint32Array
  readonly #belongs: Uint8Array

  constructor(population: Population, attributes: readonly CodedAttribute[]) {
    const size = population.rows.length
    this.population = population
    this.attributes = attributes
    this.alive = new Uint8Array(size).fill(1)
    this.#all = upTo(size)
    this.#buffer = new Uint32Array(size)
    this.#belongs = new Uint8Array(size)
  }

  cost(conditions: readonly CodedCondition[]): number {
    return this.#shortest(conditions).length
  }

  coded(conditions: readonly CodedCondition[]): Uint32Array {
    const buffer = this.#buffer
    let length = keepAlive(this.#shortest(conditions), this.alive, buffer)
    for (const { attribute, first, last } of conditions)
      length = keepCoded(buffer, length, this.population.codes[attribute]!, first, last)
    return buffer.slice(0, length)
  }

  exact(
    conditions: readonly Condition[],
    coded: readonly CodedCondition[],
    skip = -1,
  ): Uint32Array {
    const { codes, rows } = this.population
    const wide = coded.flatMap((condition, i) => {
      if (i === skip) return []
      const range = conditions[i]!
      return range.op === 'range'
        ? widened(this.attributes[condition.attribute]!, condition, range)
        : [condition]
    })
    const buffer = this.#buffer
    let length = keepAlive(this.#shortest(wide), this.alive, buffer)
    for (const [i, condition] of conditions.entries()) {
      if (i === skip) continue
      const { attribute, first } = coded[i]!
      const { column } = this.attributes[attribute]!
      length =
        condition.op === 'range' && column.kind === 'number'
          ? keepBetween(buffer, length, column.values, rows, condition)
          : keepCoded(buffer, length, codes[attribute]!, first, first)
    }
    return buffer.slice(0, length)
  }

  inOrder(positions: Uint32Array, attribute: number): Uint32Array {
    const { column } = this.attributes[attribute]!
    if (column.kind !== 'number') return positions
    const { rows } = this.population
    // a few are sorted; of many, those that belong are picked from all of them in order
    if (positions.length * 16 < rows.length) return sortedPositions(positions, rows, column.values)
    this.#sorted[attribute] ??= sortedPositions(
      withNumber(column.values, rows),
      rows,
      column.values,
    )
    return picked(this.#sorted[attribute], positions, this.#belongs)
  }

  #shortest(conditions: readonly CodedCondition[]): Uint32Array {
    let best = this.#all
    for (const { attribute, first, last } of conditions) {
      const { order, starts } = (this.#lists[attribute] ??= listByCode(
        this.population.codes[attribute]!,
        this.attributes[attribute]!.size,
      ))
      const [from, to] = [starts[first]!, starts[last + 1]!]
      if (to - from < best.length) best = order.subarray(from, to)
    }
    return best
  }
}

function upTo(size: number): Uint32Array {
  const all = new Uint32Array(size)
  for (let at = 0; at < size; at++) all[at] = at
  return all
}

function withNumber(values: Float64Array, rows: Uint32Array): Uint32Array {
  const positions = new Uint32Array(rows.length)
  let length = 0
  for (let at = 0; at < rows.length; at++) {
    if (!Number.isNaN(values[rows[at]!]!)) positions[length++] = at
  }
  return positions.subarray(0, length)
}

/** The wanted ones, as they come in `order`. @param belongs zeros, and again afterwards */
function picked(order: Uint32Array, wanted: Uint32Array, belongs: Uint8Array): Uint32Array {
  for (let i = 0; i < wanted.length; i++) belongs[wanted[i]!] = 1
  const taken = new Uint32Array(wanted.length)
  let length = 0
  for (let i = 0; i < order.length; i++) {
    const at = order[i]!
    taken[length] = at
    length += belongs[at]!
    if (length === taken.length) break
  }
  for (let i = 0; i < wanted.length; i++) belongs[wanted[i]!] = 0
  return taken
}

function keepAlive(list: Uint32Array, alive: Uint8Array, to: Uint32Array): number {
  let length = 0
  for (let i = 0; i < list.length; i++) {
    const at = list[i]!
    if (alive[at] === 1) to[length++] = at
  }
  return length
}

/** Of the first positions those with one of these codes, moved to the front. @returns how many */
export function keepCoded(
  positions: Uint32Array,
  length: number,
  codes: Uint8Array,
  first: number,
  last: number,
): number {
  let kept = 0
  for (let i = 0; i < length; i++) {
    const at = positions[i]!
    const code = codes[at]!
    if (code >= first && code <= last) positions[kept++] = at
  }
  return kept
}

function keepBetween(
  positions: Uint32Array,
  length: number,
  values: Float64Array,
  rows: Uint32Array,
  range: RangeCondition,
): number {
  const low = range.low ?? -Infinity
  const { high } = range
  let kept = 0
  for (let i = 0; i < length; i++) {
    const at = positions[i]!
    const value = values[rows[at]!]!
    if (value >= low && (high === null || value < high)) positions[kept++] = at
  }
  return kept
}

/** The codes that values of a range may have. */
function widened(
  { size, codeOf }: CodedAttribute,
  { attribute }: CodedCondition,
  { low, high }: RangeCondition,
): CodedCondition[] {
  if (codeOf === undefined) return []
  const first = low === null ? 1 : codeOf(low)
  const last = high === null ? size - 1 : codeOf(high)
  return [{ attribute, first, last: Math.max(first, last) }]
}

function listByCode(codes: Uint8Array, size: number): { order: Uint32Array; starts: Uint32Array } {
  const starts = new Uint32Array(size + 1)
  for (let at = 0; at < codes.length; at++) starts[codes[at]! + 1]! += 1
  for (let code = 0; code < size; code++) starts[code + 1]! += starts[code]!
  const next = starts.slice()
  const order = new Uint32Array(codes.length)
  for (let at = 0; at < codes.length; at++) order[next[codes[at]!]!++] = at
  return { order, starts }
}
