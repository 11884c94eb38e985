/**
 * How long the cohort search takes and what it finds, on planted tables of 20 attributes, order by order.
 *
 *   node bench/cohort-search.ts [--rows 30000,200000] [--measures 2] [--orders 1,2,3] [--runs 3] [--threads 1] [--seed 1]
 *                               [--json]
 *
 * `ratio` is the median processor time against that of the first order of the same rows.
 */
import { parseArgs } from 'node:util'
import { selectAttributes } from '../src/cohorts/attribute-selection.ts'
import { formatCohort } from '../src/cohorts/format-cohort.ts'
import { searchCohortsInWorkers } from '../src/cohorts/threads/search-cohorts-in-workers.ts'
import { plantedTable } from '../src/cohorts/testing/planted-table.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '30000,200000' },
    measures: { type: 'string', default: '2' },
    orders: { type: 'string', default: '1,2,3' },
    runs: { type: 'string', default: '3' },
    threads: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(
    'node bench/cohort-search.ts [--rows 30000,200000] [--measures 2] [--orders 1,2,3] [--runs 3]\n' +
      '  [--threads 1] [--seed 1] [--json]\n',
  )
  process.exit(0)
}
const numbers = (text: string): number[] => text.split(',').map(Number)
const wanted = [values.rows, values.measures, values.orders, values.runs, values.threads]
if (wanted.flatMap(numbers).some((value) => !Number.isInteger(value) || value < 1)) {
  process.stderr.write('rows, measures, orders, runs and threads are whole numbers above 0\n')
  process.exit(64)
}

interface Run {
  rows: number
  order: number
  seed: number
  seconds: number
  cpuSeconds: number
  selectSeconds: number
  cells: number
  planted: string
  found: string[]
}

const cpuSeconds = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}

const runs: Run[] = []
for (const rows of numbers(values.rows)) {
  for (let run = 0; run < Number(values.runs); run++) {
    const seed = Number(values.seed) + run
    const planted = plantedTable({
      seed,
      rows,
      measures: Number(values.measures),
      cohort: 'random',
    })
    for (const order of numbers(values.orders)) {
      const before = process.cpuUsage()
      const start = performance.now()
      const { table } = selectAttributes(planted.table)
      const selectSeconds = cpuSeconds(before)
      // oxlint-disable-next-line no-await-in-loop -- one at a time, or they would share the processors
      const { found, searched } = await searchCohortsInWorkers(
        { table, measures: planted.measures, maxOrder: order },
        { threads: Number(values.threads) },
      )
      const seconds = (performance.now() - start) / 1000
      const cpu = cpuSeconds(before)
      runs.push({
        rows,
        order,
        seed,
        seconds,
        cpuSeconds: cpu,
        selectSeconds,
        cells: searched.cells,
        planted: formatCohort(planted.planted?.cohort ?? []),
        found: found.map(({ cohort }) => formatCohort(cohort)),
      })
      process.stderr.write(
        `${rows} rows, order ${order}, seed ${seed}: ${seconds.toFixed(3)} s, processor ${cpu.toFixed(3)} s\n`,
      )
    }
  }
}

const median = (of: readonly number[]): number => of.toSorted((a, b) => a - b)[of.length >> 1] ?? 0
const summary = numbers(values.rows).flatMap((rows) => {
  const ofRows = runs.filter((run) => run.rows === rows)
  const cpuOf = (order: number): number =>
    median(ofRows.filter((run) => run.order === order).map((run) => run.cpuSeconds))
  const [lowest = 1, ...higher] = numbers(values.orders)
  return [lowest, ...higher].map((order) => {
    const of = ofRows.filter((run) => run.order === order)
    return {
      rows,
      order,
      runs: of.length,
      cells: of[0]?.cells,
      medianSeconds: median(of.map(({ seconds }) => seconds)),
      medianCpuSeconds: cpuOf(order),
      selectCpuSeconds: median(of.map(({ selectSeconds }) => selectSeconds)),
      ratio: cpuOf(order) / cpuOf(lowest),
      megabytes: Math.round(process.memoryUsage().rss / 2 ** 20),
    }
  })
})

if (values.json) process.stdout.write(`${JSON.stringify({ summary, runs }, null, 2)}\n`)
else console.table(summary)
