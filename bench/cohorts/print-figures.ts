import type { SideCounts } from '../../src/cohorts/compare/cohort-source.ts'
import type { Comparison } from '../../src/cohorts/compare/comparison.ts'
import type { CurvePoint } from './curves.ts'
import type { GroupByFigures } from './group-bys.ts'
import type { PlantedFound } from './planted-found.ts'
import type { Stage } from './stages.ts'

export interface CohortFigures {
  rows: number
  attributes: number
  candidateShare: number
  plant: boolean
  /** Medians; memory in bytes above idle. */
  compare:
    | {
        runs: number
        seconds: number
        first: number
        nodeCpu: number
        engineCpu: number
        /** The comparisons after those, one after the other: no collection of garbage is asked for. */
        asServer: { seconds: number; nodeCpu: number; engineCpu: number }
        nodeMemory: number
        engineMemory: number
        /** Of all runs, byte for byte. */
        sameAnswer: boolean
        complete: boolean
        searched: Comparison['searched']
        findings: {
          measure: string
          text: string
          baseline: SideCounts
          candidate: SideCounts
          q: number
        }[]
        notes: string[]
      }
    | undefined
  planted: PlantedFound[]
  /** Findings that are no planted cohort. */
  others: number
  asExpected: boolean
  groupBys: GroupByFigures | undefined
  stages: Stage[] | undefined
  curves: CurvePoint[] | undefined
}

export function printFigures(figures: CohortFigures): void {
  const { rows, attributes, candidateShare, compare, planted, groupBys, stages, curves } = figures
  const lines = [
    `${rows} events x ${attributes} attributes and the operation, ${100 * candidateShare} % of them the candidate's`,
  ]
  if (compare !== undefined) {
    const { seconds, first, nodeCpu, engineCpu, nodeMemory, engineMemory, searched, asServer } =
      compare
    lines.push(
      `compare, errors and latency, order ${searched.maxOrder}, ${searched.cells} cells, median of ${compare.runs}:`,
      `  ${two(seconds)} s wall (first ${two(first)}); CPU ${two(nodeCpu + engineCpu)} s: node ${two(nodeCpu)}, engine ${two(engineCpu)}`,
      `  as a server compares, one after the other without collecting garbage first: ${two(asServer.seconds)} s wall; CPU ${two(asServer.nodeCpu + asServer.engineCpu)} s: node ${two(asServer.nodeCpu)}, engine ${two(asServer.engineCpu)}`,
      `  memory above idle: node ${mega(nodeMemory)}, engine ${mega(engineMemory)}, together ${mega(nodeMemory + engineMemory)}`,
      `  ${compare.complete ? 'complete' : `not complete: ${searched.cut.join(' ')}`}; ${compare.sameAnswer ? 'the same answer in every run' : 'THE ANSWERS OF THE RUNS DIFFER'}`,
      ...compare.findings.map(
        ({ measure, text, baseline, candidate, q }) =>
          `  found: ${text} (${measure}: ${rate(baseline)} -> ${rate(candidate)}, q ${q.toPrecision(2)})`,
      ),
      ...planted.map(
        ({ planted: text, found, as }) =>
          `  planted: ${text}: found ${found}${found === 'exactly' || as === '' ? '' : ` as ${as}`}`,
      ),
      `  findings that were not planted: ${figures.others}`,
    )
  }
  if (groupBys !== undefined) {
    const { columns, prepare, pairs, triples, total, straightRatio } = groupBys
    lines.push(
      `the same search by SQL GROUP BY on ${columns} attributes (the discovery half; neither intervals, redundancy nor confirmation):`,
      `  writing down the rows: ${two(prepare.seconds)} s, CPU ${two(prepare.cpu)} s`,
      `  ${pairs.all} pairs${ofMeasured(pairs)}: ${two(pairs.seconds)} s, CPU ${two(pairs.cpu)} s`,
      `  ${triples.all} triples${ofMeasured(triples)}: ${two(triples.seconds)} s, CPU ${two(triples.cpu)} s`,
      `  together ${two(total.seconds)} s, CPU ${two(total.cpu)} s (asked of the spans themselves: ${two(straightRatio)} times as much)`,
    )
    if (compare !== undefined) {
      const cpu = compare.nodeCpu + compare.engineCpu
      lines.push(
        `ratio: ${(total.seconds / compare.seconds).toFixed(0)} times in wall time, ${(total.cpu / cpu).toFixed(0)} times in CPU time (with GROUP BYs on the spans themselves ${((straightRatio * total.cpu) / cpu).toFixed(0)} times)`,
      )
    }
  }
  if (stages !== undefined) {
    lines.push('stages of the last run; seconds of wall, node CPU, engine CPU:')
    for (const { name, seconds, nodeCpu, engineCpu } of stages) {
      const cpu = [nodeCpu, engineCpu].map((value) => (value === undefined ? '' : two(value)))
      lines.push(
        `  ${name.padEnd(76)}${[two(seconds), ...cpu].map((cell) => cell.padStart(8)).join('')}`,
      )
    }
  }
  if (curves !== undefined) {
    lines.push(
      'by size: events, attributes, seconds, CPU, MB above idle, CPU microseconds an event',
    )
    for (const { rows: size, attributes: count, seconds, cpu, memory } of curves) {
      const cells = [String(size), String(count), two(seconds), two(cpu)]
      cells.push(mega(memory), two((1e6 * cpu) / size))
      lines.push(cells.map((cell) => cell.padStart(12)).join(''))
    }
  }
  process.stdout.write(`${lines.join('\n')}\n`)
}

const two = (value: number): string => value.toFixed(2)
const mega = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`
const rate = ({ bad, total }: SideCounts): string => `${bad}/${total}`
const ofMeasured = ({ measured, all }: { measured: number; all: number }): string =>
  measured === all ? '' : ` (${measured} measured, the others extrapolated)`
