/**
 * Whether the confirmation of cohorts keeps its promises, on simulated counts: false alarms at their level with
 * dependent events, coverage of the intervals, false discovery rate, power. Beside it a naive test that takes events as
 * independent and the rest's change as known.
 *
 *   node bench/cohort-confirmation.ts [--runs 2000] [--seed 1] [--json]
 *
 * Exit code 1: a promise is broken.
 */
import { parseArgs } from 'node:util'
import { restOf, tableOf } from '../src/cohorts/confirm/bucket-tables.ts'
import { confirmCohorts, type Suggestion } from '../src/cohorts/confirm/confirm-cohorts.ts'
import {
  simulateSuggestion,
  type SimulatedSuggestion,
  type SimulatedTraffic,
} from '../src/cohorts/confirm/testing/simulate-suggestion.ts'
import type { BucketCounts } from '../src/cohorts/compare/cohort-source.ts'
import { clopperPearson } from '../src/stats/clopper-pearson.ts'
import { normalTail } from '../src/stats/normal-tail.ts'
import { logOddsRatio, signedRootDeviance } from '../src/stats/odds-ratio-table.ts'
import { createRandom, type Random } from '../src/stats/random.ts'

const levels = [0.05, 0.01, 0.001] as const
const powerLevel = 0.0002
/** A share of false alarms at 0.001 that is above this beyond doubt is a broken promise. */
const mostAlarms = 0.002
const mostFalse = 0.05

interface LevelRow {
  case: string
  traffic: SimulatedTraffic
  runs: number
  /** Share of the runs with p at most 0.05, 0.01, 0.001. */
  confirmation: number[]
  naive: number[]
  /** Exact 95 % interval of the confirmation's share at 0.001. */
  low: number
  high: number
  /** Share of the 95 % intervals that hold the truth. */
  coverage: number
}

interface PowerRow {
  case: string
  effect: number
  runs: number
  /** Share of the runs with p at most 0.0002 (about the level of 50 suggestions). */
  confirmation: number
  /** The best test that knows the rest's change, the baseline's rate and that events are independent. */
  oracle: number
}

interface DiscoveryRow {
  case: string
  runs: number
  /** Mean share of false ones among what is confirmed at q 0.05, and of real ones that are confirmed. */
  falseShare: number
  found: number
  naiveFalseShare: number
}

const options = {
  runs: { type: 'string', default: '2000' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

function main(): number {
  let values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values']
  try {
    ;({ values } = parseArgs({ options }))
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    return 64
  }
  const usage = 'node bench/cohort-confirmation.ts [--runs 2000] [--seed 1] [--json]'
  if (values.help) {
    console.log(usage)
    return 0
  }
  const [runs, seed] = [Number(values.runs), Number(values.seed)]
  if (!Number.isInteger(runs) || runs < 10 || !Number.isInteger(seed)) {
    console.error(`--runs is a whole number of at least 10, --seed a whole number: ${usage}`)
    return 64
  }
  const level = nullCases().map(([name, traffic]) => levelRow(name, traffic, runs, seed))
  const power = powerCases().map(([name, traffic]) => powerRow(name, traffic, runs, seed))
  const discovery = discoveryCases().map(([name, traffic]) =>
    discoveryRow(name, traffic, Math.max(5, Math.round(runs / 10)), seed),
  )
  if (values.json) console.log(JSON.stringify({ seed, level, power, discovery }))
  else print(level, power, discovery)
  const broken =
    level.some(({ low }) => low > mostAlarms) ||
    discovery.some(({ falseShare }) => falseShare > mostFalse)
  return broken ? 1 : 0
}

function nullCases(): [string, SimulatedTraffic][] {
  const cases: [string, SimulatedTraffic][] = []
  const kinds: [string, Partial<SimulatedTraffic>][] = [
    ['independent', {}],
    ['everything x3', { change: 3 }],
    ['units, one side', { clusters: 'units' }],
    ['units, both sides', { clusters: 'units', sides: 'both' }],
    ['events of units', { clusters: 'units', membership: 'event' }],
    ['one bad host', { clusters: 'host' }],
  ]
  for (const [name, kind] of kinds) {
    for (const rate of [0.001, 0.05, 0.5]) {
      for (const candidateShare of [0.05, 0.5]) {
        for (const bad of [10, 60, 300]) {
          const events = bad / rate / candidateShare
          const title = `${name}, rate ${rate * 100} %, canary ${candidateShare * 100} %, ${bad} bad`
          cases.push([title, { events, rate, candidateShare, ...kind }])
        }
      }
    }
  }
  return cases
}

function levelRow(name: string, traffic: SimulatedTraffic, runs: number, seed: number): LevelRow {
  const random = createRandom(seed)
  const hits = levels.map(() => 0)
  const naiveHits = levels.map(() => 0)
  let covered = 0
  for (let run = 0; run < runs; run++) {
    const drawn = simulateSuggestion(random, traffic)
    const { p, effect } = confirmOne(drawn)
    const naive = naiveP(drawn)
    for (const [index, level] of levels.entries()) {
      if (p <= level) hits[index]! += 1
      if (naive <= level) naiveHits[index]! += 1
    }
    if (effect.low <= 1 && effect.high >= 1) covered += 1
  }
  progress(name)
  return {
    case: name,
    traffic,
    runs,
    confirmation: hits.map((count) => count / runs),
    naive: naiveHits.map((count) => count / runs),
    ...clopperPearson(hits.at(-1)!, runs, 0.95),
    coverage: covered / runs,
  }
}

function confirmOne({
  everything,
  suggestion,
}: SimulatedSuggestion): ReturnType<typeof confirmCohorts>[0] {
  return confirmCohorts(new Map([['rate', everything]]), [suggestion])[0]!
}

function naiveP({ everything, suggestion: { counts } }: SimulatedSuggestion): number {
  const rest = logOddsRatio(tableOf(restOf(everything, counts)))
  return normalTail(signedRootDeviance(tableOf(counts), rest))
}

function powerCases(): [string, SimulatedTraffic][] {
  const cases: [string, SimulatedTraffic][] = []
  for (const [rate, candidateShare, bad] of [
    [0.01, 0.5, 10],
    [0.01, 0.5, 100],
    [0.01, 0.05, 10],
    [0.001, 0.5, 3],
  ] as const) {
    for (const effect of [1.5, 2, 3, 5, 10]) {
      const title = `rate ${rate * 100} %, canary ${candidateShare * 100} %, ${bad} bad expected`
      const events = bad / rate / candidateShare
      cases.push([title, { events, rate, candidateShare, effect, cohortShare: 0.01 }])
    }
  }
  return cases
}

function powerRow(name: string, traffic: SimulatedTraffic, runs: number, seed: number): PowerRow {
  const random = createRandom(seed)
  const { rate, events, candidateShare = 0.5, effect = 1 } = traffic
  let [found, oracle] = [0, 0]
  for (let run = 0; run < runs; run++) {
    const drawn = simulateSuggestion(random, traffic)
    if (confirmOne(drawn).p <= powerLevel) found += 1
    // knows the rate: a baseline without noise
    const { candidateBad, candidateTotal } = tableOf(drawn.suggestion.counts)
    const known = { candidateBad, candidateTotal, baselineBad: rate * 1e9, baselineTotal: 1e9 }
    if (normalTail(signedRootDeviance(known, 0)) <= powerLevel) oracle += 1
  }
  progress(`${name}, x${effect} (${Math.round(events * candidateShare)} events)`)
  return { case: name, effect, runs, confirmation: found / runs, oracle: oracle / runs }
}

function discoveryCases(): [string, SimulatedTraffic][] {
  const usual = { events: 8000, rate: 0.02 }
  return [
    ['independent', usual],
    ['units, one side', { ...usual, clusters: 'units' }],
    [
      'events of units, both sides',
      { ...usual, clusters: 'units', sides: 'both', membership: 'event' },
    ],
  ]
}

/** 40 suggestions of which 0, 4 or 20 are real, with an odds ratio of 4. */
function discoveryRow(
  name: string,
  traffic: SimulatedTraffic,
  runs: number,
  seed: number,
): DiscoveryRow {
  const random = createRandom(seed)
  let [falseShare, naiveFalseShare, found, mixtures] = [0, 0, 0, 0]
  for (let run = 0; run < runs; run++) {
    const real = [0, 4, 20][run % 3]!
    const { everything, suggestions, naive } = mixture(random, traffic, real)
    const confirmed = confirmCohorts(everything, suggestions).map((one) => one.confirmed)
    const hits = confirmed.slice(0, real).filter(Boolean).length
    const wrong = confirmed.slice(real).filter(Boolean).length
    falseShare += wrong / Math.max(1, hits + wrong)
    const naiveWrong = naive.slice(real).filter((p) => p <= powerLevel).length
    const naiveHits = naive.slice(0, real).filter((p) => p <= powerLevel).length
    naiveFalseShare += naiveWrong / Math.max(1, naiveHits + naiveWrong)
    if (real > 0) {
      found += hits / real
      mixtures += 1
    }
  }
  progress(`mixtures: ${name}`)
  return {
    case: name,
    runs,
    falseShare: falseShare / runs,
    found: found / mixtures,
    naiveFalseShare: naiveFalseShare / runs,
  }
}

function mixture(
  random: Random,
  traffic: SimulatedTraffic,
  real: number,
): { everything: Map<string, BucketCounts>; suggestions: Suggestion[]; naive: number[] } {
  const everything = new Map<string, BucketCounts>()
  const suggestions: Suggestion[] = []
  const naive: number[] = []
  for (let index = 0; index < 40; index++) {
    const measure = `m${index}`
    const drawn = simulateSuggestion(random, { ...traffic, effect: index < real ? 4 : 1 }, measure)
    everything.set(measure, drawn.everything)
    suggestions.push(drawn.suggestion)
    naive.push(naiveP(drawn))
  }
  return { everything, suggestions, naive }
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`)
}

const percent = (share: number): string => (100 * share).toFixed(2).padStart(7)

function print(level: LevelRow[], power: PowerRow[], discovery: DiscoveryRow[]): void {
  const width = Math.max(...level.map((row) => row.case.length))
  console.log(
    'False alarms in %, at p 0.05, 0.01, 0.001; at 0.001 with its 95 % interval; coverage of 95 % intervals',
  )
  console.log(`${' '.repeat(width)}   confirmation             (at 0.001)      coverage   naive`)
  for (const row of level) {
    const interval = `(${percent(row.low)} to${percent(row.high)})`
    console.log(
      `${row.case.padEnd(width)} ${row.confirmation.map(percent).join('')} ${interval} ${percent(row.coverage)}  ${row.naive.map(percent).join('')}`,
    )
  }
  console.log(`\nPower in %, at p ${powerLevel}`)
  for (const row of power) {
    console.log(
      `${row.case.padEnd(width)} x${String(row.effect).padEnd(4)} confirmation${percent(row.confirmation)}   oracle${percent(row.oracle)}`,
    )
  }
  console.log('\nFalse discoveries in % at q 0.05, real ones found in %; naive: p at most 0.0002')
  for (const row of discovery) {
    console.log(
      `${row.case.padEnd(width)} false${percent(row.falseShare)}   found${percent(row.found)}   naive false${percent(row.naiveFalseShare)}`,
    )
  }
}

process.exitCode = main()
