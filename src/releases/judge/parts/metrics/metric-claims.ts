import type { Cohort } from '../../../../cohorts/cohort.ts'
import { onlineWeight } from '../../../../stats/online-weights.ts'
import type { PartMemory } from '../../hypothesis.ts'
import type { MetricRole } from './known-metrics.ts'
import type { MetricGroup, MetricTable, Side } from './metric-table.ts'

/** A claim of harm about requests that metrics count. */
export interface MetricClaim {
  /** Stable name of the claim. */
  id: string
  kind: 'failure-rate' | 'latency'
  role: MetricRole
  cohort: Cohort
  /** The metric whose durations are compared; `latency` only. */
  metric?: string
  /** Which requests it is about, on either side. */
  covers: (group: MetricGroup) => boolean
  isKnown: boolean
}

export interface WeightedClaim extends MetricClaim {
  weight: number
}

/** Half of the budget goes to operations and calls, half to values of attributes and single processes. */
const knownShare = 0.5
const maxOperations = 64
const maxCells = 64
/** Processes come and go: beyond so many names no new ones get a share. */
const maxRemembered = 1_000
/** A claim is worth its share once both sides have requests and together so many. */
const minRequests = 50
/** The first list is drawn up after so many requests, or so many blocks. */
const minTotal = 500
const minBlocks = 5

/**
 * The claims with their shares of the budget. Which claims there are, and in which order, is decided by requests alone,
 * never by failures or durations. A claim keeps the share that it got first.
 */
export function weightedClaims(
  table: MetricTable,
  { claims: remembered = [] }: PartMemory,
): { claims: WeightedClaim[]; remembered: NonNullable<PartMemory['claims']> } {
  const weights = new Map(remembered.map(({ id, weight }) => [id, weight]))
  const known = [...knownClaims(table, 'server'), ...knownClaims(table, 'client')]
  const cells = cellClaims(table)
  const total = volume(table.groups)
  const isReady = total >= minTotal || (total >= minRequests && table.blocks >= minBlocks)
  if (!isReady && ![...weights.keys()].some((id) => id.startsWith('known|')))
    return { claims: [], remembered }
  const isCell = (id: string): boolean => id.startsWith('cell|')
  addFixedWeights(
    weights,
    known.map(({ id }) => id),
    'known|',
    knownShare,
  )
  let ofCells = [...weights.keys()].filter(isCell).length
  for (const { id } of cells.filter((cell) => !weights.has(cell.id))) {
    if (weights.size >= maxRemembered) break
    ofCells += 1
    weights.set(id, (1 - knownShare) * onlineWeight(ofCells))
  }
  return {
    claims: [...known, ...cells].flatMap((claim) => {
      const weight = weights.get(claim.id)
      return weight === undefined ? [] : [{ ...claim, weight }]
    }),
    remembered: [...weights].map(([id, weight]) => ({ id, weight })),
  }
}

/**
 * Gives shares to claims that need no search: those of the first look share 90 % of the budget evenly, later ones the rest.
 * @param prefix of the ids of all claims that draw on this budget
 */
export function addFixedWeights(
  weights: Map<string, number>,
  ids: readonly string[],
  prefix: string,
  share: number,
): void {
  let counted = [...weights.keys()].filter((id) => id.startsWith(prefix)).length
  const missing = ids.filter((id) => !weights.has(id))
  const isFirst = counted === 0
  for (const id of missing) {
    if (weights.size >= maxRemembered) return
    counted += 1
    weights.set(id, share * (isFirst ? 0.9 / missing.length : 0.1 * onlineWeight(counted)))
  }
}

/** Failures of all requests, failures and durations of each operation, busiest first. */
function knownClaims(table: MetricTable, role: MetricRole): MetricClaim[] {
  const groups = table.groups.filter((group) => group.role === role)
  const attribute = role === 'server' ? 'operation' : 'call'
  const claims: MetricClaim[] = []
  const isOwn = (group: MetricGroup): boolean => group.role === role
  if (role === 'server' && isOnBoth(groups)) {
    claims.push({
      id: 'known|failure-rate',
      kind: 'failure-rate',
      role,
      cohort: [],
      covers: isOwn,
      isKnown: true,
    })
  }
  const operations = busiest(groups, ({ operation }) => operation, maxOperations)
  for (const operation of operations) {
    const cohort = [{ attribute, op: '=', value: operation }] as const
    const covers = (group: MetricGroup): boolean => isOwn(group) && group.operation === operation
    claims.push(
      ...both(`known|${attribute}=${operation}`, { table, role, cohort, covers, isKnown: true }),
    )
  }
  return claims
}

/** Values of attributes that both sides have, and each process of the candidate against all of the baseline. */
function cellClaims(table: MetricTable): MetricClaim[] {
  const groups = table.groups.filter(({ role }) => role === 'server')
  const keys = [...new Set(groups.flatMap(({ attributes }) => Object.keys(attributes)))].toSorted()
  const cells = keys.flatMap((key) => {
    const values = busiest(groups, ({ attributes }) => attributes[key], maxCells)
    // where all requests have the same value, it is the whole
    if (values.length === 1 && groups.every(({ attributes }) => attributes[key] === values[0]))
      return []
    return values.map((value) => ({
      name: `${key}=${value}`,
      cohort: [{ attribute: key, op: '=', value }] as const,
      covers: ({ role, attributes }: MetricGroup) => role === 'server' && attributes[key] === value,
    }))
  })
  const instances = [
    ...new Set(groups.flatMap(({ side, instance }) => (side === 'candidate' ? [instance] : []))),
  ]
  if (instances.length > 1) {
    for (const instance of instances.toSorted()) {
      cells.push({
        name: `service.instance.id=${instance}`,
        cohort: [{ attribute: 'service.instance.id', op: '=', value: instance }],
        covers: ({ role, side, instance: own }) =>
          role === 'server' && (side === 'baseline' || own === instance),
      })
    }
  }
  const sized = cells.map((cell) => ({ ...cell, size: volume(groups.filter(cell.covers)) }))
  return sized
    .filter(({ size }) => size >= minRequests)
    .toSorted((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1))
    .slice(0, maxCells)
    .flatMap(({ name, cohort, covers }) =>
      both(`cell|${name}`, { table, role: 'server', cohort, covers, isKnown: false }),
    )
}

interface ClaimGround extends Pick<MetricClaim, 'role' | 'cohort' | 'covers' | 'isKnown'> {
  table: MetricTable
}

/** Failures, and durations by each metric that has any. */
function both(name: string, { table, ...ground }: ClaimGround): MetricClaim[] {
  const metrics = new Set(table.groups.filter(ground.covers).map(({ metric }) => metric))
  const timed = [...metrics].filter((metric) => table.bounds.has(metric)).toSorted()
  return [
    { ...ground, id: `${name}|failure-rate`, kind: 'failure-rate' },
    ...timed.map((metric): MetricClaim => ({
      ...ground,
      id: `${name}|latency|${metric}`,
      kind: 'latency',
      metric,
      covers: (group) => group.metric === metric && ground.covers(group),
    })),
  ]
}

/** The values with most requests that both sides have enough of, by name where they are equal. */
function busiest(
  groups: readonly MetricGroup[],
  valueOf: (group: MetricGroup) => string | undefined,
  limit: number,
): string[] {
  const byValue = Map.groupBy(groups, valueOf)
  return [...byValue]
    .flatMap(([value, own]) =>
      value === undefined || !isOnBoth(own) ? [] : [{ value, size: volume(own) }],
    )
    .filter(({ size }) => size >= minRequests)
    .toSorted((a, b) => b.size - a.size || (a.value < b.value ? -1 : 1))
    .slice(0, limit)
    .map(({ value }) => value)
}

function isOnBoth(groups: readonly MetricGroup[]): boolean {
  return (['candidate', 'baseline'] as const).every((side) => volume(groups, side) > 0)
}

export function volume(groups: readonly MetricGroup[], side?: Side): number {
  let total = 0
  for (const group of groups) {
    if (side === undefined || group.side === side) for (const n of group.requests) total += n
  }
  return total
}
