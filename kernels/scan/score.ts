/** Gains of a cell, as src/cohorts/search/scan-score.ts and src/cohorts/likelihood-gain.ts have them, operation by operation. */
import { log } from './host'
import { conditionHurdle, minimumBad, overall, restRatio } from './settings'

const priorRows: f64 = 20
const priorBad: f64 = 5
const restPrior: f64 = 1

/** Nats of the conditions before and one more, the (index + 1)th. */
export function withCondition(cost: f64, index: i32, axisCost: f64): f64 {
  cost += axisCost - log(<f64>(index + 1))
  if (index > 0) cost += conditionHurdle
  return cost
}

/** Most nats that one bad row of a part of these baseline rows can gain. */
export function mostPerBad(b0: f64, b1: f64): f64 {
  return log((b0 + b1 + priorRows) / (priorRows * overall))
}

export function fewestBad(each: f64, least: f64): f64 {
  return max<f64>(minimumBad, (least / each) * (1 - 1e-9))
}

/** False only where the evidence beyond the rest of everything is below `least`. */
export function evidenceMayReach(b0: f64, b1: f64, c0: f64, c1: f64, least: f64): bool {
  const n = c0 + c1
  const m = b0 + b1 + priorRows
  const bad = b1 + priorRows * overall
  const difference = c1 * m - bad * n
  if (difference <= 0) return least <= 0
  const all = n + m
  const allBad = c1 + bad
  return difference * difference * all >= least * m * n * allBad * (all - allBad)
}

let a0: f64 = 0
let a1: f64 = 0
let a2: f64 = 0
let a3: f64 = 0
let prior: f64 = 0
let ratio: f64 = 1
let fitRows: f64 = 0
let leastEvidence: f64 = 0
let bestFit: f64 = 0
export let best0: f64 = 0
export let best1: f64 = 0
export let best2: f64 = 0
export let best3: f64 = 0

/** The best of the cells that are offered from now on, within a slice of these counts. */
export function startBest(b0: f64, b1: f64, c0: f64, c1: f64, least: f64): void {
  a0 = b0
  a1 = b1
  a2 = c0
  a3 = c1
  ratio = restOddsRatio(c1, c0 + c1, b1, b0 + b1, restRatio)
  prior = max<f64>(overall, (b1 + priorRows * overall) / (b0 + b1 + priorRows))
  fitRows = priorBad / prior
  leastEvidence = least
  bestFit = 0
}

/** True where the cell is the best so far. */
export function offer(b0: f64, b1: f64, c0: f64, c1: f64): bool {
  if (!evidenceMayReach(b0, b1, c0, c1, leastEvidence)) return false
  if (!fitMayReach(b0, b1, c0, c1)) return false
  const bad = a3 - c1
  const baseBad = a1 - b1
  const rest = restOddsRatio(bad, bad + a2 - c0, baseBad, baseBad + a0 - b0, ratio)
  const fit = candidateGain(c1, c0 + c1, b1, b0 + b1, rest)
  if (!(fit > bestFit)) return false
  bestFit = fit
  best0 = b0
  best1 = b1
  best2 = c0
  best3 = c1
  return true
}

function fitMayReach(b0: f64, b1: f64, c0: f64, c1: f64): bool {
  const n = c0 + c1
  const m = b0 + b1 + fitRows
  const bad = b1 + priorBad
  const difference = c1 * m - bad * n
  if (difference <= 0) return bestFit <= 0
  return difference * difference >= bestFit * n * bad * (m - bad)
}

function xlogx(x: f64): f64 {
  return x > 0 ? x * log(x) : 0
}

function candidateGain(bad: f64, total: f64, baseBad: f64, baseTotal: f64, odds: f64): f64 {
  const rate = (baseBad + priorBad) / (baseTotal + priorBad / prior)
  const expected = (odds * rate) / (1 + (odds - 1) * rate)
  if (bad <= expected * total) return 0
  return (
    xlogx(bad) +
    xlogx(total - bad) -
    xlogx(total) -
    bad * log(expected) -
    (total - bad) * log(1 - expected)
  )
}

function restOddsRatio(bad: f64, total: f64, baseBad: f64, baseTotal: f64, expected: f64): f64 {
  const pooled = (bad + baseBad + restPrior) / (total + baseTotal + 2 * restPrior)
  const rows = restPrior / pooled
  const candidate = oddsOf(bad + restPrior * expected, total + rows)
  const baseline = oddsOf(baseBad + restPrior, baseTotal + rows)
  return max<f64>(1, candidate / baseline)
}

function oddsOf(bad: f64, total: f64): f64 {
  return bad / max<f64>(total - bad, 0.5)
}
