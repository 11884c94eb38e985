/**
 * How long it takes to say in which cohorts one version fails or is slow more than another: from the product's own table of
 * spans to confirmed findings, beside the same search by SQL GROUP BYs on the same engine with both cores, in one run.
 * Figures behind docs/decisions 11.
 *
 *   node bench/cohorts.ts [--rows 10000000] [--attributes 20] [--runs 3] [--seed 1] [--candidate-share 0.5]
 *     [--plant cohorts|none] [--only compare,sql,curves] [--pairs 190] [--triples 24] [--max-order 3] [--stages] [--keep] [--json]
 *
 * Exit code: 0 when exactly the planted cohorts were found, 1 when not, 64 for wrong usage, 70 when it failed.
 */
import { parseArgs } from 'node:util'
import type { Store } from '../src/store/store.ts'
import { type CompareRun, compareRun } from './cohorts/compare-run.ts'
import { curveByAttributes, curveByRows, type CurvePoint } from './cohorts/curves.ts'
import { filledStore } from './cohorts/filled-store.ts'
import { type GroupByFigures, measureGroupBys } from './cohorts/group-bys.ts'
import { type PlantedFound, plantedFound } from './cohorts/planted-found.ts'
import { type CohortFigures, printFigures } from './cohorts/print-figures.ts'
import { shopAttributes } from './cohorts/shop-attributes.ts'
import { commandLine } from './command-line.ts'
import { searchByOrder, type Stage, stagesOf } from './cohorts/stages.ts'
import { idleMemory, median } from './cohorts/usage.ts'

const usage = `usage: node bench/cohorts.ts [--rows 10000000] [--attributes 20] [--runs 3] [--seed 1] [--candidate-share 0.5]
  [--plant cohorts|none] [--only compare,sql,curves] [--pairs 190] [--triples 24] [--max-order 3] [--stages] [--keep] [--json]
  --only     what is measured
  --pairs    how many pairs SQL is asked for, at most all; of triples, --triples; the others are extrapolated
  --stages   where the time goes
  --keep     leaves the filled store below the temporary folder for the next run
`

const { atLeast, read } = commandLine(usage)
const values = readOptions()
const wanted = new Set(values.only.split(','))
const say = (line: string): void => void process.stderr.write(`${line}\n`)

const options = {
  rows: atLeast('rows', values.rows, 20_000),
  attributes: shopAttributes(atLeast('attributes', values.attributes, 10)),
  candidateShare: Number(values['candidate-share']),
  plant: values.plant !== 'none',
  seed: atLeast('seed', values.seed, 0),
}
const maxOrder = atLeast('max-order', values['max-order'], 1)
const runs = atLeast('runs', values.runs, 1)
const whole = { share: 1, ignore: [], maxOrder }

try {
  const figures = await allFigures()
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`)
  else printFigures(figures)
  process.exitCode = figures.asExpected ? 0 : 1
} catch (error) {
  say(error instanceof Error ? `${error.message}\n${error.stack}` : String(error))
  process.exitCode = 70
}

async function allFigures(): Promise<CohortFigures> {
  const sizes = { ...options, runs, maxOrder }
  const filled = await filledStore(options, values.keep, say)
  let figures: CohortFigures
  const curves: CurvePoint[] = []
  try {
    figures = await measure(filled.store)
    if (wanted.has('curves')) curves.push(...(await curveByRows(filled.store, sizes, say)))
  } finally {
    await filled.close()
  }
  if (!wanted.has('curves')) return figures
  curves.push(...(await curveByAttributes(sizes, values.keep, say)))
  return { ...figures, curves }
}

async function measure(store: Store): Promise<CohortFigures> {
  const { pid } = store.health().engine
  if (pid === undefined) throw new Error('the engine is not running')
  const made: CompareRun[] = []
  const asServer: CompareRun[] = []
  let stages: Stage[] | undefined
  let planted: PlantedFound[] = []
  const idle = idleMemory(pid)
  for (let run = 0; wanted.has('compare') && run < runs; run++) {
    const one = await compareRun(store, pid, whole, { stages: values.stages })
    made.push(one)
    say(`compared: ${one.usage.seconds.toFixed(2)} s, ${one.comparison.findings.length} findings`)
    planted = options.plant ? plantedFound(one.comparison) : []
    if (values.stages && run === runs - 1) {
      stages = stagesOf(one.record, one.usage.seconds)
      stages.push(...(await searchByOrder(store, pid, whole)))
    }
  }
  // afterwards, so that the memory of the others is theirs
  for (let run = 0; wanted.has('compare') && run < runs; run++) {
    const one = await compareRun(store, pid, whole, { stages: false, collects: false })
    say(`compared as a server does: ${one.usage.seconds.toFixed(2)} s`)
    asServer.push(one)
  }
  let groupBys: GroupByFigures | undefined
  if (wanted.has('sql')) {
    const counts = {
      pairs: atLeast('pairs', values.pairs, 1),
      triples: atLeast('triples', values.triples, 1),
      seed: options.seed,
    }
    groupBys = await measureGroupBys(store, pid, options.attributes, counts, say)
  }
  const last = made.at(-1)?.comparison
  const others = (last?.findings.length ?? 0) - planted.filter(({ found }) => found !== 'no').length
  const answers = new Set(
    [...made, ...asServer].map(({ comparison }) => JSON.stringify({ ...comparison, seconds: 0 })),
  )
  const of = (pick: (run: CompareRun) => number, all = made): number => median(all.map(pick))
  return {
    rows: options.rows,
    attributes: options.attributes.length,
    candidateShare: options.candidateShare,
    plant: options.plant,
    compare:
      last === undefined
        ? undefined
        : {
            runs: made.length,
            seconds: of((run) => run.usage.seconds),
            first: made[0]?.usage.seconds ?? Number.NaN,
            nodeCpu: of((run) => run.usage.nodeCpu),
            engineCpu: of((run) => run.usage.engineCpu),
            asServer: {
              seconds: of((run) => run.usage.seconds, asServer),
              nodeCpu: of((run) => run.usage.nodeCpu, asServer),
              engineCpu: of((run) => run.usage.engineCpu, asServer),
            },
            nodeMemory: Math.max(...made.map((run) => run.usage.nodePeak)) - idle.node,
            engineMemory: Math.max(...made.map((run) => run.usage.enginePeak)) - idle.engine,
            sameAnswer: answers.size === 1,
            complete: last.complete,
            searched: last.searched,
            findings: last.findings.map(({ measure: name, text, baseline, candidate, q }) => ({
              measure: name,
              text,
              baseline,
              candidate,
              q,
            })),
            notes: last.notes,
          },
    planted,
    others,
    asExpected:
      last === undefined || (others === 0 && planted.every(({ found }) => found === 'exactly')),
    groupBys,
    stages,
    curves: undefined,
  }
}

function readOptions() {
  const parse = () =>
    parseArgs({
      options: {
        rows: { type: 'string', default: '10000000' },
        attributes: { type: 'string', default: '20' },
        runs: { type: 'string', default: '3' },
        seed: { type: 'string', default: '1' },
        'candidate-share': { type: 'string', default: '0.5' },
        plant: { type: 'string', default: 'cohorts' },
        only: { type: 'string', default: 'compare,sql,curves' },
        pairs: { type: 'string', default: '190' },
        triples: { type: 'string', default: '24' },
        'max-order': { type: 'string', default: '3' },
        stages: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  return read(parse)
}
