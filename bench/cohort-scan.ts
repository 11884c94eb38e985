/**
 * What the complete scan of all conjunctions costs, on seeded codes with one planted cohort of three conditions.
 *
 *   node bench/cohort-scan.ts [--rows 200000] [--attributes 20,60] [--order 3] [--kind share|volume] [--weights none|good|mixed]
 *                             [--loops compiled,plain] [--runs 2] [--seed 1] [--json]
 */
import { parseArgs } from 'node:util'
import type { CodedCondition, ScanSettings } from '../src/cohorts/search/scan-contender.ts'
import { allowKernel } from '../src/cohorts/search/kernels/compiled-kernel.ts'
import { scanCohorts } from '../src/cohorts/search/scan-cohorts.ts'
import { codedPopulation } from '../src/cohorts/search/testing/coded-population.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    attributes: { type: 'string', default: '20,60' },
    order: { type: 'string', default: '3' },
    kind: { type: 'string', default: 'share' },
    weights: { type: 'string', default: 'none' },
    loops: { type: 'string', default: 'compiled,plain' },
    runs: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(
    'node bench/cohort-scan.ts [--rows 200000] [--attributes 20,60] [--order 3] [--kind share|volume]\n' +
      '  [--weights none|good|mixed] [--loops compiled,plain] [--runs 2] [--seed 1] [--json]\n',
  )
  process.exit(0)
}
if (
  !['share', 'volume'].includes(values.kind) ||
  !['none', 'good', 'mixed'].includes(values.weights)
) {
  process.stderr.write('--kind is share or volume, --weights is none, good or mixed\n')
  process.exit(64)
}

const sizes = [60, 3, 24, 8, 40, 5, 12, 30, 4, 16, 50, 6, 10, 20]
const bins = [48, 64, 48, 56, 64, 48]

interface Run {
  attributes: number
  /** compiled or plain */
  loops: string
  seconds: number
  cpuSeconds: number
  cells: number
  contenders: number
  /** Place of the planted cohort among the contenders of its order; 0 = not there. */
  planted: number
}

const runs: Run[] = []
for (const attributes of values.attributes.split(',').map(Number)) {
  const numbers = Math.round(attributes * 0.3)
  const categories = attributes - numbers
  const fault: CodedCondition[] = [
    { attribute: 1, first: 1, last: 1 },
    { attribute: 3, first: 2, last: 2 },
    { attribute: 5, first: 1, last: 1 },
  ]
  const goodWeight = { none: 1, good: 50, mixed: 'mixed' as const }[values.weights] ?? 1
  const { population, attributes: coded } = codedPopulation({
    seed: Number(values.seed),
    rows: Number(values.rows),
    categories: Array.from({ length: categories }, (_, i) => sizes[i % sizes.length]!),
    numbers: Array.from({ length: numbers }, (_, i) => bins[i % bins.length]!),
    badShare: 0.5,
    candidateShare: 0.4,
    dependent: 0.3,
    faults: [{ conditions: fault, badRate: 0.3 }],
    goodWeight,
  })
  const settings: ScanSettings = {
    kind: values.kind === 'volume' ? 'volume' : 'share',
    maxOrder: Number(values.order),
    minimumBad: 4,
    baseCost: 3,
    restRatio: 1,
    root: true,
    excluded: [],
  }
  const turns = Array.from({ length: Number(values.runs) }, () => values.loops.split(',')).flat()
  for (const loops of turns) {
    allowKernel(loops !== 'plain')
    const start = performance.now()
    const cpu = process.cpuUsage()
    const { cells, contenders } = scanCohorts(population, coded, settings)
    const seconds = (performance.now() - start) / 1000
    const { user, system } = process.cpuUsage(cpu)
    const cpuSeconds = (user + system) / 1e6
    const wanted = JSON.stringify(fault)
    const planted =
      1 +
      contenders
        .filter(({ conditions }) => conditions.length === fault.length)
        .findIndex(({ conditions }) => JSON.stringify(conditions) === wanted)
    runs.push({
      attributes,
      loops,
      seconds,
      cpuSeconds,
      cells,
      contenders: contenders.length,
      planted,
    })
    process.stderr.write(
      `${attributes} attributes, ${loops} loops: ${seconds.toFixed(2)} s, processor ${cpuSeconds.toFixed(2)} s, ` +
        `${cells.toExponential(2)} cells, ${contenders.length} contenders, planted one at ${planted}\n`,
    )
  }
}

const ways = Object.groupBy(runs, ({ attributes, loops }) => `${attributes} ${loops}`)
const fastest = Object.values(ways).map((of = []) => {
  const best = of.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds)[0]!
  return { ...best, nanosecondsPerCell: (best.cpuSeconds * 1e9) / best.cells }
})
if (values.json) {
  process.stdout.write(`${JSON.stringify({ options: { ...values }, fastest, runs }, null, 2)}\n`)
} else console.table(fastest)
