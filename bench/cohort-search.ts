/**
 * How long the cohort search takes and what it finds, on planted tables.
 *
 *   node bench/cohort-search.ts [--rows 30000,500000] [--measures 4] [--runs 5] [--seed 1] [--json]
 */
import { parseArgs } from 'node:util'
import { formatCohort } from '../src/cohorts/format-cohort.ts'
import { searchCohorts } from '../src/cohorts/search-cohorts.ts'
import { plantedTable } from '../src/cohorts/testing/planted-table.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '30000,500000' },
    measures: { type: 'string', default: '4' },
    runs: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})

interface Run {
  rows: number
  seed: number
  seconds: number
  cpuSeconds: number
  cells: number
  planted: string
  found: string[]
}

const runs: Run[] = []
for (const rows of values.rows.split(',').map(Number)) {
  for (let run = 0; run < Number(values.runs); run++) {
    const seed = Number(values.seed) + run
    const measures = Number(values.measures)
    const table = plantedTable({ seed, rows, measures, cohort: 'random' })
    const start = performance.now()
    const cpu = process.cpuUsage()
    const { found, searched } = searchCohorts(table)
    const seconds = (performance.now() - start) / 1000
    const { user, system } = process.cpuUsage(cpu)
    const cpuSeconds = (user + system) / 1e6
    runs.push({
      rows,
      seed,
      seconds,
      cpuSeconds,
      cells: searched.cells,
      planted: formatCohort(table.planted?.cohort ?? []),
      found: found.map(({ cohort }) => formatCohort(cohort)),
    })
    process.stderr.write(
      `${rows} rows, seed ${seed}: ${seconds.toFixed(3)} s, processor ${cpuSeconds.toFixed(3)} s\n`,
    )
  }
}

const summary = Object.entries(Object.groupBy(runs, ({ rows }) => rows)).map(([rows, of = []]) => {
  const seconds = of.map((run) => run.seconds).toSorted((a, b) => a - b)
  const cpuSeconds = of.map((run) => run.cpuSeconds).toSorted((a, b) => a - b)
  return {
    rows: Number(rows),
    runs: of.length,
    medianSeconds: seconds[seconds.length >> 1],
    worstSeconds: seconds.at(-1),
    medianCpuSeconds: cpuSeconds[cpuSeconds.length >> 1],
    megabytes: Math.round(process.memoryUsage().rss / 2 ** 20),
  }
})

if (values.json) process.stdout.write(`${JSON.stringify({ summary, runs }, null, 2)}\n`)
else console.table(summary)
