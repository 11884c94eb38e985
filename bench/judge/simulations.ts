import { clopperPearson } from '../../src/stats/clopper-pearson.ts'
import { createRandom, type Random } from '../../src/stats/random.ts'

/** One judge on one simulated case: how often it alarmed, and when. */
export interface SimulatedRow {
  section: string
  case: string
  judge: string
  alpha: number
  runs: number
  /** Share of the runs with an alarm, with its exact 95 % interval. */
  alarms: number
  low: number
  high: number
  /** Median time of the alarm over all runs, in the section's unit; null where fewer than half alarmed. */
  median: number | null
}

/** The time of the alarm, or Infinity. */
export type SimulatedJudge<Data> = (data: Data, alpha: number) => number

export interface Simulations {
  rows: SimulatedRow[]
  /** Runs every judge on the same simulated data. */
  measure: <Data>(
    section: string,
    name: string,
    simulate: (random: Random, run: number) => Data,
    judges: readonly [string, SimulatedJudge<Data>][],
    options?: { alpha?: number; count?: number },
  ) => void
}

/**
 * Every case starts from the same seed, so that each can be repeated by itself.
 * @param only sections to run, by a part of their name; default all
 */
export function simulations(runs: number, seed: number, only?: string): Simulations {
  const rows: SimulatedRow[] = []
  return {
    rows,
    measure(section, name, simulate, judges, { alpha = 0.05, count = runs } = {}) {
      if (only !== undefined && !section.includes(only)) return
      process.stderr.write(`\r\u001B[K${section}: ${name}, alpha ${alpha}`)
      const random = createRandom(seed)
      const found = judges.map(() => new Float64Array(count))
      for (let run = 0; run < count; run++) {
        const data = simulate(random, run)
        for (const [i, [, judge]] of judges.entries()) found[i]![run] = judge(data, alpha)
      }
      for (const [i, [judge]] of judges.entries()) {
        const sorted = found[i]!.toSorted()
        const alarms = sorted.filter((time) => time < Infinity).length
        const median = sorted[Math.floor(count / 2)]!
        rows.push({
          section,
          case: name,
          judge,
          alpha,
          runs: count,
          alarms: alarms / count,
          ...clopperPearson(alarms, count, 0.95),
          median: median < Infinity ? median : null,
        })
      }
    },
  }
}

/** One JSON document, or a table. */
export function printSimulations(rows: readonly SimulatedRow[], seed: number, json: boolean): void {
  process.stderr.write('\r\u001B[K')
  if (json) {
    process.stdout.write(`${JSON.stringify({ seed, rows })}\n`)
    return
  }
  const percent = (value: number): string => (100 * value).toFixed(1)
  let section = ''
  for (const row of rows) {
    if (row.section !== section) process.stdout.write(`\n${row.section}\n`)
    section = row.section
    process.stdout.write(
      `  ${row.case.padEnd(32)} alpha ${String(row.alpha).padEnd(7)} ${row.judge.padEnd(36)}` +
        `${percent(row.alarms).padStart(6)} % (${percent(row.low)}-${percent(row.high)}) of ${row.runs}` +
        `${row.median === null ? '' : `, median ${row.median}`}\n`,
    )
  }
}
