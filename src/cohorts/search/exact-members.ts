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
  const { codes, rows } = population
  const size = rows.length
  const alive = new Uint8Array(size).fill(1)
  const lists: ({ order: Uint32Array; starts: Uint32Array } | undefined)[] = []
  const sorted: (Uint32Array | undefined)[] = []
  const all = new Uint32Array(size)
  for (let at = 0; at < size; at++) all[at] = at
  const buffer = new Uint32Array(size)
  const belongs = new Uint8Array(size)

  const listOf = (attribute: number): { order: Uint32Array; starts: Uint32Array } =>
    (lists[attribute] ??= listByCode(codes[attribute]!, attributes[attribute]!.size))
  const slice = (attribute: number, first: number, last: number): Uint32Array => {
    const { order, starts } = listOf(attribute)
    return order.subarray(starts[first], starts[last + 1])
  }
  const shortest = (conditions: readonly CodedCondition[]): Uint32Array => {
    let best: Uint32Array = all
    for (const { attribute, first, last } of conditions) {
      const list = slice(attribute, first, last)
      if (list.length < best.length) best = list
    }
    return best
  }

  return {
    population,
    attributes,
    alive,
    cost: (conditions) => shortest(conditions).length,
    coded: (conditions) => {
      let length = keepAlive(shortest(conditions))
      for (const { attribute, first, last } of conditions) {
        const column = codes[attribute]!
        let kept = 0
        for (let i = 0; i < length; i++) {
          const at = buffer[i]!
          const code = column[at]!
          if (code >= first && code <= last) buffer[kept++] = at
        }
        length = kept
      }
      return buffer.slice(0, length)
    },
    exact: (conditions, coded, skip = -1) => {
      const wide = coded.flatMap((condition, i) => {
        if (i === skip) return []
        const range = conditions[i]!
        return range.op === 'range'
          ? widened(attributes[condition.attribute]!, condition, range)
          : [condition]
      })
      let length = keepAlive(shortest(wide))
      for (const [i, condition] of conditions.entries()) {
        if (i === skip) continue
        const { attribute, first } = coded[i]!
        const { column } = attributes[attribute]!
        const ranged = condition.op === 'range' && column.kind === 'number' ? column.values : null
        let kept = 0
        if (ranged !== null && condition.op === 'range') {
          const low = condition.low ?? -Infinity
          const { high } = condition
          for (let k = 0; k < length; k++) {
            const value = ranged[rows[buffer[k]!]!]!
            if (value >= low && (high === null || value < high)) buffer[kept++] = buffer[k]!
          }
        } else {
          const column = codes[attribute]!
          for (let k = 0; k < length; k++) {
            if (column[buffer[k]!] === first) buffer[kept++] = buffer[k]!
          }
        }
        length = kept
      }
      return buffer.slice(0, length)
    },
    inOrder: (positions, attribute) => {
      const { column } = attributes[attribute]!
      if (column.kind !== 'number') return positions
      // a few are sorted; of many, those that belong are picked from all of them in order
      if (positions.length * 16 < size) return sortedPositions(positions, rows, column.values)
      sorted[attribute] ??= sortedPositions(withNumber(column.values), rows, column.values)
      return picked(sorted[attribute], positions)
    },
  }

  function withNumber(values: Float64Array): Uint32Array {
    const positions = new Uint32Array(size)
    let length = 0
    for (let at = 0; at < size; at++) {
      if (!Number.isNaN(values[rows[at]!]!)) positions[length++] = at
    }
    return positions.subarray(0, length)
  }

  /** The wanted ones, as they come in `order`. */
  function picked(order: Uint32Array, wanted: Uint32Array): Uint32Array {
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

  function keepAlive(list: Uint32Array): number {
    let length = 0
    for (let i = 0; i < list.length; i++) {
      const at = list[i]!
      if (alive[at] === 1) buffer[length++] = at
    }
    return length
  }
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
