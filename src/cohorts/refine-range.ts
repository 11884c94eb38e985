/** Moves the ends of a range on raw values, and rounds them as far as the data allow. */
import { binomialLogLikelihood } from './likelihood-gain.ts'
import { firstMultiple, lastMultiple, roundSteps } from './round-number.ts'

export interface RefineRangeOptions {
  /** The interval found so far (low <= value < high): one more place to start from. */
  start?: { low: number | null; high: number | null }
  /** How many events each row stands for; undefined = 1 each. */
  weights?: Float64Array
  /** The values are in ascending order already, none absent. */
  sorted?: boolean
}

export interface RefinedRange {
  /** low <= value < high; null is an open end: no row lies beyond it. */
  low: number | null
  high: number | null
  /** Log-likelihood gain, in nats, of "inside is worse than outside" over "one rate". */
  gain: number
  inside: { bad: number; total: number }
  outside: { bad: number; total: number }
}

/** The rows at one distinct value; all arrays in ascending order of value. */
interface Values {
  size: number
  value: Float64Array
  bad: Float64Array
  total: Float64Array
  /** Of the groups before each; one entry more than groups. */
  badBefore: Float64Array
  totalBefore: Float64Array
  integers: boolean
}

/** Groups `first` to `last` (inclusive), with what is known about them. */
interface Interval extends Omit<RefinedRange, 'low' | 'high'> {
  first: number
  last: number
}

/** An end that loses more than this many nats against the best one is never chosen, however round. */
const greatestLoss = 4
/** Nats after which no end further on is looked at; what is lost on the way may come back. */
const hopelessLoss = 12
/** How much likelier than chance round numbers are as ends: people choose limits, ages and sizes. */
const roundness = 1.2

/**
 * The maximum-likelihood interval of raw values (two binomial rates, inside higher than outside; found by alternating
 * between the rates and the maximum-sum interval for them), with each end then moved to a round number.
 *
 * An end may lie anywhere between the last value outside and the first value inside. It is worth moving it over a few
 * rows for a rounder number: the end chosen minimises lost log-likelihood + 1.2 log(1 + width / step), from
 * the length of describing a multiple of `step` within the scale of the interval (steps 1, 5, 10, 50 … times powers of ten).
 * Values that are all integers get integer ends.
 *
 * @param values of the candidate rows that satisfy the cohort's other conditions; NaN = absent, ignored
 * @param bad 1 = bad, 0 = good, anything else ignored
 */
export function refineRange(
  values: Float64Array,
  bad: Uint8Array,
  options: RefineRangeOptions = {},
): RefinedRange {
  const groups = groupValues(values, bad, options)
  const best = bestInterval(groups, options.start)
  if (best === null) {
    const nothing = { bad: 0, total: 0 }
    return { low: null, high: null, gain: 0, inside: nothing, outside: nothing }
  }
  const { lower, upper } = chooseEnds(groups, best)
  const final = measureInterval(groups, lower.group, upper.group - 1)
  return {
    low: lower.value,
    high: upper.value,
    gain: final.gain,
    inside: final.inside,
    outside: final.outside,
  }
}

function groupValues(
  values: Float64Array,
  bad: Uint8Array,
  { weights, sorted = false }: RefineRangeOptions,
): Values {
  const rows = new Uint32Array(values.length)
  let count = 0
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i]!) && bad[i]! <= 1) rows[count++] = i
  }
  if (!sorted) rows.subarray(0, count).sort((a, b) => values[a]! - values[b]!)
  const value = new Float64Array(count)
  const badOf = new Float64Array(count)
  const total = new Float64Array(count)
  let integers = true
  let last = -1
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    if (last < 0 || value[last] !== values[row]) {
      last += 1
      value[last] = values[row]!
      integers &&= Number.isInteger(value[last]!)
    }
    const weight = weights === undefined ? 1 : weights[row]!
    if (bad[row] === 1) badOf[last]! += weight
    total[last]! += weight
  }
  const size = last + 1
  const badBefore = new Float64Array(size + 1)
  const totalBefore = new Float64Array(size + 1)
  for (let group = 0; group < size; group++) {
    badBefore[group + 1] = badBefore[group]! + badOf[group]!
    totalBefore[group + 1] = totalBefore[group]! + total[group]!
  }
  return { size, value, bad: badOf, total, badBefore, totalBefore, integers }
}

function bestInterval(groups: Values, start: RefineRangeOptions['start']): Interval | null {
  const size = groups.size
  if (size === 0) return null
  const all = measureInterval(groups, 0, size - 1)
  const rate = (all.inside.bad + 0.5) / (all.inside.total + 1)
  const starts: [inside: number, outside: number][] = [
    [0.95, Math.min(0.1, rate)],
    [Math.max(0.5, rate), rate / 2],
    [Math.sqrt(rate), rate],
    [Math.min(0.9, 3 * rate), rate],
  ]
  if (start !== undefined) {
    const low = start.low ?? -Infinity
    const first = groupsBelow(groups, low)
    const last = start.high === null ? size - 1 : groupsBelow(groups, start.high) - 1
    if (first <= last) starts.unshift(rates(measureInterval(groups, first, last)))
  }
  let best: Interval | null = null
  for (const [inside, outside] of starts) {
    const found = climb(groups, inside, outside)
    if (best === null || found.gain > best.gain + 1e-9) best = found
  }
  return best
}

/** How many distinct values lie below one. */
function groupsBelow({ size, value }: Values, bound: number): number {
  let low = 0
  let high = size
  while (low < high) {
    const middle = (low + high) >> 1
    if (value[middle]! < bound) low = middle + 1
    else high = middle
  }
  return low
}

/** Alternates between the best interval for two rates and the rates of that interval, until neither changes. */
function climb(groups: Values, inside: number, outside: number): Interval {
  let current = maximumSum(groups, inside, outside)
  for (let step = 0; step < 30; step++) {
    const next = maximumSum(groups, ...rates(current))
    if (next.gain <= current.gain + 1e-9) break
    current = next
  }
  return current
}

/** Rates inside and outside, away from 0 and 1 by half a row. */
function rates(interval: Interval): [number, number] {
  const { inside, outside } = interval
  return [(inside.bad + 0.5) / (inside.total + 1), (outside.bad + 0.5) / (outside.total + 1)]
}

/** The interval with the greatest log-likelihood for given rates (Kadane's maximum subarray). */
function maximumSum(groups: Values, inside: number, outside: number): Interval {
  const higher = Math.max(inside, outside + 1e-6)
  const badGain = Math.log(higher / outside)
  const goodGain = Math.log((1 - higher) / (1 - outside))
  const { size, bad, total } = groups
  let best = -Infinity
  let first = 0
  let last = size - 1
  let sum = 0
  let begin = 0
  for (let i = 0; i < size; i++) {
    if (sum <= 0) {
      sum = 0
      begin = i
    }
    const badHere = bad[i]!
    sum += badHere * badGain + (total[i]! - badHere) * goodGain
    if (sum > best + 1e-12) {
      best = sum
      first = begin
      last = i
    }
  }
  return measureInterval(groups, first, last)
}

/** Log-likelihood that the rows of one value gain by lying inside. */
function weight(groups: Values, group: number, inside: number, outside: number): number {
  const bad = groups.bad[group]!
  return (
    bad * Math.log(inside / outside) +
    (groups.total[group]! - bad) * Math.log((1 - inside) / (1 - outside))
  )
}

function measureInterval(groups: Values, first: number, last: number): Interval {
  const { size, badBefore, totalBefore } = groups
  const inside = {
    bad: badBefore[last + 1]! - badBefore[first]!,
    total: totalBefore[last + 1]! - totalBefore[first]!,
  }
  const outside = { bad: badBefore[size]! - inside.bad, total: totalBefore[size]! - inside.total }
  const worse = inside.bad * outside.total > outside.bad * inside.total
  const gain =
    binomialLogLikelihood(inside.bad, inside.total) +
    binomialLogLikelihood(outside.bad, outside.total) -
    binomialLogLikelihood(inside.bad + outside.bad, inside.total + outside.total)
  return { first, last, gain: worse ? gain : 0, inside, outside }
}

/** An end before `group`: that group is the first at or above `value`; null where no row lies beyond. */
interface End {
  group: number
  value: number | null
}

function chooseEnds(groups: Values, best: Interval): { lower: End; upper: End } {
  const size = groups.size
  const [inside, outside] = rates(best)
  const cost = (group: number): number => weight(groups, group, inside, outside)
  const width = groups.value[best.last]! - groups.value[best.first]!
  const spread = groups.value[size - 1]! - groups.value[0]!
  const scale = width > 0 ? width : Math.max(spread / 100, Number.MIN_VALUE)
  const steps = roundSteps(
    Math.max(scale, 1) * 10,
    groups.integers ? 1 : Math.min(1, scale) / 10_000,
  )
  // at least one row must stay inside: neither end crosses the middle of the rows inside
  const middle = (best.first + best.last) >> 1
  const lower = roundEnd(best.first, 0, middle, (group, step) => {
    if (group === 0) return null
    return lastMultiple(groups.value[group - 1]!, groups.value[group]!, step)
  })
  const upper = roundEnd(best.last + 1, middle + 1, size, (group, step) => {
    if (group === size) return null
    return firstMultiple(groups.value[group - 1]!, groups.value[group]!, step)
  })
  return { lower: lower ?? fallback(best.first), upper: upper ?? fallback(best.last + 1) }

  function fallback(group: number): End {
    return { group, value: group === 0 || group === size ? null : groups.value[group]! }
  }

  function roundEnd(
    from: number,
    least: number,
    most: number,
    multiple: (group: number, step: number) => number | null,
  ): End | null {
    let chosen: End | null = null
    let chosenCost = Infinity
    const consider = (group: number, loss: number): void => {
      if (loss > greatestLoss) return
      if (group === 0 || group === size) {
        if (loss < chosenCost) [chosen, chosenCost] = [{ group, value: null }, loss]
        return
      }
      for (const step of steps) {
        const value = multiple(group, step)
        if (value === null) continue
        const total = loss + roundness * Math.log1p(scale / step)
        if (total < chosenCost - 1e-9) [chosen, chosenCost] = [{ group, value }, total]
        break
      }
    }
    const inwards = from <= middle ? 1 : -1
    let loss = 0
    consider(from, 0)
    // inwards: rows that leave the interval take their weight with them
    for (let group = from; group !== (inwards > 0 ? most : least); group += inwards) {
      loss += cost(inwards > 0 ? group : group - 1)
      if (loss > hopelessLoss) break
      consider(group + inwards, loss)
    }
    loss = 0
    // outwards: rows that enter
    for (let group = from; group !== (inwards > 0 ? least : most); group -= inwards) {
      loss -= cost(inwards > 0 ? group - 1 : group)
      if (loss > hopelessLoss) break
      consider(group - inwards, loss)
    }
    return chosen
  }
}
