import { clopperPearson } from '../../stats/clopper-pearson.ts'
import type { DrilledPlant, DrillRuns } from './drill-cohorts.ts'
import { detectableNats } from './expected-evidence.ts'
import type { Match, ScoredPlant } from './score-comparison.ts'

/** A share that was measured, with its 95 % interval (Clopper-Pearson); null without trials. */
export interface MeasuredShare {
  count: number
  of: number
  share: number | null
  low: number
  high: number
}

export interface DrillPromise {
  name: 'found' | 'false discoveries' | 'false alarms'
  text: string
  measured: MeasuredShare
  /** `open`: the figure misses the promise, but its interval does not exclude it; or there is no figure. */
  state: 'kept' | 'open' | 'broken'
}

export interface DrillCell {
  share: string
  effect: string
  planted: number
  exact: number
  overlap: number
  partly: number
  missed: number
}

export interface DrillSummary {
  promises: DrillPromise[]
  /** Found of those above the line of confirmation: a figure, no promise. */
  foundOfDetectable: MeasuredShare
  /** Planted cohorts by outcome: above the line of the search, above that of confirmation (these included), below it. */
  aboveSearch: Record<Match, number>
  detectable: Record<Match, number>
  undetectable: Record<Match, number>
  /** Findings that describe a planted cohort, per planted cohort that was found. */
  answersPerPlant: number | null
  seconds: { median: number; longest: number }
  megabytes: number
  /** By share of the rows and size of the effect, detectable ones only, then the others. */
  cells: { detectable: DrillCell[]; undetectable: DrillCell[] }
  /** Detectable and not found, with the seed that shows it again; those above the line of the search first. */
  misses: (DrilledPlant & { seed: number })[]
  /** Detectable ones by the evidence expected of them, in nats. */
  byEvidence: { nats: string; planted: number; found: MeasuredShare }[]
  falseFindings: { seed: number; text: string; measure: string; q: number }[]
}

const shareSteps = [0.0005, 0.001, 0.002, 0.005, 0.01] as const

/** What the runs show of what is promised. */
export function summarizeDrill({ planted, nulls, megabytes }: DrillRuns): DrillSummary {
  const plants = planted.flatMap(({ seed, plants }) => plants.map((plant) => ({ ...plant, seed })))
  const detectable = plants.filter((plant) => plant.detectable)
  const undetectable = plants.filter((plant) => !plant.detectable)
  const findings = planted.reduce((sum, run) => sum + run.findings, 0)
  const wrong = planted.reduce((sum, run) => sum + run.falseFindings.length, 0)
  const alarms = nulls.filter((run) => run.findings.length > 0).length
  const aboveSearch = plants.filter((plant) => plant.aboveSearch)
  const answered = plants.filter(({ answers }) => answers > 0)
  const seconds = [...planted, ...nulls].map((run) => run.seconds).toSorted((a, b) => a - b)
  return {
    promises: [
      promise(
        'found',
        'at least 95 % of the cohorts above the line of the search',
        { atLeast: 0.95 },
        {
          count: aboveSearch.filter(isFound).length,
          of: aboveSearch.length,
        },
      ),
      promise(
        'false discoveries',
        'at most 5 % of the findings',
        { atMost: 0.05 },
        {
          count: wrong,
          of: findings,
        },
      ),
      promise(
        'false alarms',
        'at most 5 % of the pairs without a difference',
        { atMost: 0.05 },
        {
          count: alarms,
          of: nulls.length,
        },
      ),
    ],
    foundOfDetectable: measured({
      count: detectable.filter(isFound).length,
      of: detectable.length,
    }),
    aboveSearch: outcomes(aboveSearch),
    detectable: outcomes(detectable),
    undetectable: outcomes(undetectable),
    answersPerPlant:
      answered.length === 0
        ? null
        : answered.reduce((sum, { answers }) => sum + answers, 0) / answered.length,
    seconds: { median: seconds[seconds.length >> 1] ?? 0, longest: seconds.at(-1) ?? 0 },
    megabytes,
    cells: { detectable: cellsOf(detectable), undetectable: cellsOf(undetectable) },
    byEvidence: byEvidence(detectable),
    misses: detectable
      .filter((plant) => !isFound(plant))
      .toSorted((a, b) => Number(b.aboveSearch) - Number(a.aboveSearch)),
    falseFindings: [
      ...planted.flatMap(({ seed, falseFindings }) => falseFindings.map((of) => ({ seed, ...of }))),
      ...nulls.flatMap(({ seed, findings }) => findings.map((of) => ({ seed, ...of }))),
    ],
  }
}

function isFound({ match }: ScoredPlant): boolean {
  return match === 'exact' || match === 'overlap'
}

const evidenceSteps = [12, 16, 24, 48] as const

function byEvidence(plants: readonly ScoredPlant[]): DrillSummary['byEvidence'] {
  const edges = [detectableNats, ...evidenceSteps, Infinity]
  return edges.slice(1).flatMap((high, index) => {
    const low = edges[index]!
    const inside = plants.filter(({ nats }) => nats >= low && nats < high)
    if (inside.length === 0) return []
    const name = high === Infinity ? `above ${low}` : `${Number(low.toFixed(1))} to ${high}`
    const found = measured({ count: inside.filter(isFound).length, of: inside.length })
    return { nats: name, planted: inside.length, found }
  })
}

function outcomes(plants: readonly ScoredPlant[]): Record<Match, number> {
  const counts = { exact: 0, overlap: 0, partly: 0, missed: 0 }
  for (const { match } of plants) counts[match] += 1
  return counts
}

function measured({ count, of }: { count: number; of: number }): MeasuredShare {
  if (of === 0) return { count, of, share: null, low: 0, high: 1 }
  return { count, of, share: count / of, ...clopperPearson(count, of, 0.95) }
}

/** Kept by the figure itself, broken where the interval lies on the wrong side of the bar. */
function promise(
  name: DrillPromise['name'],
  text: string,
  bar: { atLeast: number } | { atMost: number },
  counts: { count: number; of: number },
): DrillPromise {
  const { share, low, high } = measured(counts)
  const [kept, broken] =
    'atLeast' in bar
      ? [share !== null && share >= bar.atLeast, high < bar.atLeast]
      : [share !== null && share <= bar.atMost, low > bar.atMost]
  const state = kept ? 'kept' : broken ? 'broken' : 'open'
  return { name, text, measured: measured(counts), state }
}

function cellsOf(plants: readonly ScoredPlant[]): DrillCell[] {
  const cells = Object.groupBy(plants, (plant) => `${shareName(plant)}|${effectName(plant)}`)
  return Object.entries(cells)
    .map(([key, of = []]) => {
      const [share = '', effect = ''] = key.split('|')
      return { share, effect, planted: of.length, ...outcomes(of) }
    })
    .toSorted((a, b) => order(a).localeCompare(order(b)))
}

/** Shares and effects ascend in the table. */
function order({ share, effect }: DrillCell): string {
  return `${shareNames.indexOf(share)} ${effectNames.indexOf(effect).toString().padStart(2, '0')}`
}

const shareNames = [
  ...shareSteps.map((step, index) =>
    index === 0
      ? `up to ${percent(step)}`
      : `${percent(shareSteps[index - 1]!)} to ${percent(step)}`,
  ),
  `above ${percent(shareSteps.at(-1)!)}`,
]

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`
}

function shareName({ share }: ScoredPlant): string {
  return shareNames[shareSteps.filter((step) => share > step).length]!
}

const effectNames = [
  'odds up to x3',
  'odds x3 to x8',
  'odds above x8',
  'time up to x2',
  'time x2 to x3.5',
  'time above x3.5',
  'volume fewer',
  'volume more',
]

function effectName({ kind, effect }: ScoredPlant): string {
  if (kind === 'volume') return effect < 1 ? 'volume fewer' : 'volume more'
  const steps = kind === 'rate' ? [3, 8] : [2, 3.5]
  const from = kind === 'rate' ? 0 : 3
  return effectNames[from + steps.filter((step) => effect > step).length]!
}
