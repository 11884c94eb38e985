import type { ComparisonBlock } from '../../stats/e-process.ts'
import { normalTail } from '../../stats/normal-tail.ts'
import { onlineWeight } from '../../stats/online-weights.ts'
import { createRandom, type Random } from '../../stats/random.ts'
import { harmRateRatio } from '../../stats/rate-ratio-test.ts'
import { normalQuantile } from '../../stats/special-functions.ts'
import { fixedShare } from '../judge/fixed-hypotheses.ts'
import { defaultPolicy } from '../judge/policy.ts'
import { drawCustomerNumber } from './draw-customer.ts'
import { factorAt } from './fault-at.ts'
import {
  faultyRelease,
  type Fault,
  type PlannedRelease,
  rateAt,
  type ReleasePlan,
  shareAt,
} from './release-plan.ts'
import { cohortShare, durationSpread, operationShare, operationsOf, requiredCalls } from './shop.ts'

/** How well a fault could be seen at all, computed from its plan before any judge has looked. */
export interface ExpectedPower {
  /** Bad requests that the fault is expected to add to those of the new version (or of both), in the whole watch. */
  extraBad: number
  /** How many times as many requests of the operation are bad where the fault strikes; of slow ones, those beyond a tenth. */
  ratio: number
  /**
   * The share of simulated watches in which the e-process of the one claim that describes the fault reaches the bound
   * that this claim would have in the judge: 0 to 1.
   */
  power: number
  /** A judge has no excuse: the power is at least `detectablePower`. */
  isDetectable: boolean
}

export const detectablePower = 0.99
const runs = 400
const minute = 60_000
/** Claims that the search suggests share their half of the error budget in the order in which they come; this is a late one. */
const usualRank = 4
/** Edges and metrics have claims of their own for everything that a service meets. */
const usualEdges = 12
/** Bounds of durations that are tried at once. */
const durationBounds = 22
/** Quantiles of the baseline's durations beyond which slow requests are looked for. */
const quantiles = [0.9, 0.97, 0.99, 0.997]
/** Of the comparison with the time before, at the scale that 32 minutes need: docs/judge.md. */
const historyMinutes = 32
const historyScale = 2
const historyMargin = 3

interface Expected extends Record<keyof ComparisonBlock, number> {}

/** One claim about the fault: what is expected in each minute, and what its evidence must reach. */
interface Claim {
  blocks: Expected[]
  margin: number
  logBound: number
  /** Judged on half of the requests, after the other half has suggested it. */
  halves: boolean
  /** Counts each customer up to the first failure. */
  oncePerUser?: boolean
}

/** What of a plan's fault can be seen; null where there is none. */
export function expectedPower(plan: ReleasePlan): ExpectedPower | null {
  const { fault } = plan
  const release = faultyRelease(plan)
  if (fault === null || release === null) return null
  const random = createRandom(plan.seed * 777_781 + plan.number * 3 + 1)
  const claims = claimsOf(plan, fault, release)
  const power = Math.max(...claims.map((claim) => powerOf(claim, random)))
  return {
    extraBad: extraBad(plan, fault, release),
    ratio: ratioOf(plan, fault),
    power,
    isDetectable: power >= detectablePower,
  }
}

function claimsOf(plan: ReleasePlan, fault: Fault, release: PlannedRelease): Claim[] {
  const { alphaHarm, historyShare, lateShare, edgesShare, metricsShare } = defaultPolicy
  const { harmFailureRatio, harmLatencyOdds, harmSlowRatio } = defaultPolicy
  const own = alphaHarm * (1 - historyShare - lateShare - edgesShare - metricsShare)
  const operations = operationsOf(fault.service).length
  const known = bound(own * fixedShare * 0.9, 1 / (2 + 3 * operations))
  const found = bound(own * (1 - fixedShare), onlineWeight(usualRank))
  const whole = operationShare(fault.service, fault.operation)
  if (fault.bothSides || fault.onset > 0) {
    const weight = (0.6 * 0.5) / (2 * operations)
    const alpha = alphaHarm * historyShare * onlineWeight(historyScale + 1)
    const blocks = historyBlocks(plan, fault, release, whole)
    const claim: Claim = {
      blocks,
      margin: historyMargin,
      logBound: bound(alpha, weight),
      halves: false,
    }
    return [claim]
  }
  const side = (share: number, rates: Rates): Expected[] => sideBlocks(plan, release, share, rates)
  if (isSlow(fault)) {
    const hit = cohortShare(fault.cohort)
    return quantiles.flatMap((quantile): Claim[] => {
      const slow = (at: number): number => beyond(quantile, factorAt(plan, fault, at))
      const baseline = 1 - quantile
      const all = side(whole, (at) => [baseline, hit * slow(at) + (1 - hit) * baseline])
      const cohort = side(whole * hit, (at) => [baseline, slow(at)])
      const logBound = known + Math.log(durationBounds)
      const operation = { blocks: all, margin: harmLatencyOdds, logBound, halves: false }
      if (hit === 1) return [operation]
      return [operation, { blocks: cohort, margin: harmSlowRatio, logBound: found, halves: true }]
    })
  }
  const rates = ratesOf(plan, fault)
  const blocks = side(whole, () => rates)
  // what the service itself shows is known beforehand; the rest is left to the edges around it
  const isOwn = fault.effect === 'fails' || fault.effect === 'swallows'
  const edge = bound(alphaHarm * edgesShare, onlineWeight(usualEdges))
  const logBound = isOwn ? known : edge
  return [{ blocks, margin: harmFailureRatio, logBound, halves: false, oncePerUser: isOwn }]
}

type Rates = (at: number) => readonly [baseline: number, candidate: number]

const bound = (alpha: number, weight: number): number => Math.log(1 / (alpha * weight))

/** The share of bad requests without and with the fault. */
function ratesOf({ noise }: ReleasePlan, fault: Fault): readonly [number, number] {
  const subtree = requiredCalls(fault.service, fault.operation)
  // what goes wrong by itself where the fault shows
  const events =
    fault.effect === 'fails' ? subtree : fault.effect === 'breaks-above' ? subtree + 3 : 1
  const before = fault.effect === 'swallows' ? noise / 10 : 1 - (1 - noise) ** events
  return [before, 1 - (1 - before) * (1 - fault.probability)]
}

/** The share of requests that last longer than a quantile, when they take `factor` times as long. */
function beyond(quantile: number, factor: number): number {
  // several lognormal times in a row spread less than each; the widest is the cautious choice
  return normalTail(normalQuantile(quantile) - Math.log(factor) / durationSpread)
}

function sideBlocks(
  plan: ReleasePlan,
  release: PlannedRelease,
  share: number,
  rates: Rates,
): Expected[] {
  const blocks: Expected[] = []
  for (let at = release.start; at < plan.until; at += minute) {
    const middle = at + minute / 2
    const requests = rateAt(plan, middle) * share
    const candidateTotal = requests * shareAt(release, middle)
    const baselineTotal = requests - candidateTotal
    const [baseline, candidate] = rates(middle)
    blocks.push({
      candidateTotal,
      candidateBad: candidateTotal * candidate,
      baselineTotal,
      baselineBad: baselineTotal * baseline,
    })
  }
  return blocks
}

/** All requests after the start, against those before it, dealt out over as many blocks. */
function historyBlocks(
  plan: ReleasePlan,
  fault: Fault,
  release: PlannedRelease,
  share: number,
): Expected[] {
  const [before, during] = ratesOf(plan, fault)
  const past = ((release.start - plan.from) / minute / historyMinutes) * plan.rate * share
  return Array.from({ length: historyMinutes }, (_, i) => {
    const at = release.start + (i + 0.5) * minute
    const total = at < plan.until ? rateAt(plan, at) * share : 0
    const reaches = fault.bothSides ? 1 : shareAt(release, at)
    const hit = at >= release.start + fault.onset ? reaches : 0
    return {
      candidateTotal: total,
      candidateBad: total * (hit * during + (1 - hit) * before),
      baselineTotal: past,
      baselineBad: past * before,
    }
  })
}

function ratioOf(plan: ReleasePlan, fault: Fault): number {
  if (isSlow(fault)) return beyond(0.9, fault.factor) / 0.1
  const [before, during] = ratesOf(plan, fault)
  return during / before
}

const isSlow = ({ effect }: Fault): boolean => effect === 'slow' || effect === 'leaks'

function extraBad(plan: ReleasePlan, fault: Fault, release: PlannedRelease): number {
  const share = operationShare(fault.service, fault.operation) * cohortShare(fault.cohort)
  let sum = 0
  for (let at = release.start + fault.onset; at < plan.until; at += minute) {
    const reached = fault.bothSides ? 1 : shareAt(release, at + minute / 2)
    const extra = isSlow(fault) ? beyond(0.9, factorAt(plan, fault, at)) - 0.1 : fault.probability
    sum += rateAt(plan, at + minute / 2) * share * reached * extra
  }
  return sum
}

function powerOf(
  { blocks, margin, logBound, halves, oncePerUser = false }: Claim,
  random: Random,
): number {
  const share = halves ? 0.5 : 1
  let reached = 0
  for (let run = 0; run < runs; run++) {
    const crosses = (): boolean => {
      const test = harmRateRatio({ margin })
      const failed: FailedUsers = { baseline: new Set(), candidate: new Set() }
      for (const block of blocks) {
        test.update(oncePerUser ? drawnOfUsers(block, failed, random) : drawn(block, share, random))
      }
      return test.maxLogE >= logBound
    }
    if (crosses() && (!halves || crosses())) reached += 1
  }
  return reached / runs
}

function drawn(block: Expected, share: number, random: Random): ComparisonBlock {
  return ofSides(block, (total, bad) => {
    const count = random.poisson(total * share)
    return [count, total === 0 ? 0 : random.binomial(count, Math.min(1, bad / total))]
  })
}

/** The same request by request: whoever has failed with a version is not counted with it any more. */
function drawnOfUsers(block: Expected, failed: FailedUsers, random: Random): ComparisonBlock {
  return ofSides(block, (total, bad, side) => {
    const requests = random.poisson(total)
    let counted = 0
    let failures = 0
    for (let i = 0; i < requests; i++) {
      const customer = drawCustomerNumber(random)
      if (failed[side].has(customer)) continue
      counted += 1
      if (random.uniform() * total >= bad) continue
      failed[side].add(customer)
      failures += 1
    }
    return [counted, failures]
  })
}

type FailedUsers = Record<'baseline' | 'candidate', Set<number>>

/** The candidate is drawn first. */
function ofSides(
  { candidateTotal, candidateBad, baselineTotal, baselineBad }: Expected,
  draw: (total: number, bad: number, side: keyof FailedUsers) => readonly [number, number],
): ComparisonBlock {
  const candidate = draw(candidateTotal, candidateBad, 'candidate')
  const baseline = draw(baselineTotal, baselineBad, 'baseline')
  return {
    candidateTotal: candidate[0],
    candidateBad: candidate[1],
    baselineTotal: baseline[0],
    baselineBad: baseline[1],
  }
}
