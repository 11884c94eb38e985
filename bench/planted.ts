/**
 * What the cohort engine finds of planted cohorts, over the whole grid of sizes, and what it finds where nothing is.
 *
 *   node bench/planted.ts [--rows 100000,1000000,10000000] [--attributes 20,40,60] [--runs 20,5,1] [--null 200,20,0]
 *     [--measure rate,latency] [--seed 1] [--plant-bug confirmation|units] [--clustered] [--explain] [--resume FILE] [--json]
 *
 * `--runs` and `--null` have one number for each size of `--rows`, the last one for those that follow. With `--resume`
 * each finished cell of the grid is kept in FILE (JSON lines), and a cell that is there is not run again.
 *
 * The whole grid with few seeds for each size takes about 25 minutes of one processor and 4 GB of memory:
 *
 *   node bench/planted.ts --runs 16,6,2 --null 40,4,0 --resume grid.jsonl
 *
 * Exit code 0: every promise is kept; 1: one is broken; 2: one is open; 64: wrong usage; 70: failed inside.
 */
import { appendFile, readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import {
  clustered,
  drillCohorts,
  type DrillOptions,
  type DrillRuns,
} from '../src/cohorts/drill/drill-cohorts.ts'
import type { PlantKind } from '../src/cohorts/drill/planted-events.ts'
import { summarizeDrill } from '../src/cohorts/drill/summarize-drill.ts'
import { renderDrill } from '../src/cli/render-drill.ts'

const help = 'Usage: see the head of bench/planted.ts.'
const kinds: readonly PlantKind[] = ['rate', 'latency', 'volume']

class UsageError extends Error {}

function readFlags() {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '100000,1000000,10000000' },
      attributes: { type: 'string', default: '20,40,60' },
      runs: { type: 'string', default: '20,5,1' },
      null: { type: 'string', default: '200,20,0' },
      measure: { type: 'string', default: 'rate,latency' },
      seed: { type: 'string', default: '1' },
      'plant-bug': { type: 'string' },
      explain: { type: 'boolean', default: false },
      clustered: { type: 'boolean', default: false },
      resume: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  return values
}

function numbers(text: string, least: number): number[] {
  const parsed = text.split(',').map(Number)
  if (parsed.every((number) => Number.isSafeInteger(number) && number >= least)) return parsed
  throw new UsageError(`Give whole numbers from ${least} on, with commas, not ${text}.`)
}

function parseBug(bug: string | undefined): Pick<DrillOptions, 'bug'> {
  if (bug === undefined) return {}
  if (bug === 'confirmation' || bug === 'units') return { bug }
  throw new UsageError('--plant-bug is confirmation or units.')
}

function gridOf(flags: ReturnType<typeof readFlags>): DrillOptions[] {
  const measures = kinds.filter((kind) => flags.measure.split(',').includes(kind))
  if (measures.length !== flags.measure.split(',').length) {
    throw new UsageError('--measure is rate, latency or volume, several with commas.')
  }
  const [runs, nulls] = [numbers(flags.runs, 0), numbers(flags.null, 0)]
  const seed = numbers(flags.seed, 0)[0]!
  return numbers(flags.rows, 1000).flatMap((rows, index) =>
    numbers(flags.attributes, 6).map((attributes) => ({
      rows,
      attributes,
      runs: runs[index] ?? runs.at(-1)!,
      nulls: nulls[index] ?? nulls.at(-1)!,
      seed,
      kinds: measures,
      explain: flags.explain,
      ...parseBug(flags['plant-bug']),
      ...(flags.clustered || flags['plant-bug'] !== undefined ? { traits: clustered } : {}),
    })),
  )
}

/** Finished cells of an earlier run, by their options; without those that weigh one half alone. */
async function readResumed(file: string | undefined): Promise<Map<string, DrillRuns>> {
  if (file === undefined) return new Map()
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const lines = text.split('\n').filter((line) => line !== '')
  const cells = lines.map((line) => JSON.parse(line) as DrillRuns)
  const current = cells.filter(({ planted }) =>
    planted.every(({ plants }) => plants.every((plant) => 'searchNats' in plant)),
  )
  return new Map(current.map((runs) => [JSON.stringify(runs.options), runs]))
}

async function main(): Promise<number> {
  const flags = readFlags()
  if (flags.help) {
    process.stdout.write(`${help}\n`)
    return 0
  }
  const grid = gridOf(flags)
  const resumed = await readResumed(flags.resume)
  const all: DrillRuns[] = []
  for (const options of grid) {
    const name = `${options.rows} rows, ${options.attributes} attributes`
    let runs = resumed.get(JSON.stringify(options))
    if (runs === undefined) {
      runs = await drillCohorts(options, {
        onRun: (done, of) => void process.stderr.write(`${name}: ${done} of ${of}\n`),
      })
      if (flags.resume !== undefined) {
        await appendFile(flags.resume, `${JSON.stringify(runs)}\n`)
      }
    }
    all.push(runs)
    if (!flags.json) {
      const text = renderDrill(runs, summarizeDrill(runs), { colour: false, width: 100 })
      process.stdout.write(`${text}\n\n`)
    }
  }
  const whole = summarizeDrill({
    options: all[0]!.options,
    planted: all.flatMap(({ planted }) => planted),
    nulls: all.flatMap(({ nulls }) => nulls),
    megabytes: Math.max(...all.map(({ megabytes }) => megabytes)),
  })
  if (flags.json) {
    const cells = all.map((runs) => ({ ...summarizeDrill(runs), runs }))
    process.stdout.write(`${JSON.stringify({ whole, cells }, null, 2)}\n`)
  } else {
    console.table(
      all.map((runs) => {
        const { promises, foundOfDetectable, seconds, megabytes, answersPerPlant } =
          summarizeDrill(runs)
        const [found, wrong, alarms] = promises.map(
          ({ measured }) => `${measured.count} of ${measured.of}`,
        )
        const { rows, attributes } = runs.options
        return {
          rows,
          attributes,
          found,
          confirmable: `${foundOfDetectable.count} of ${foundOfDetectable.of}`,
          false: wrong,
          alarms,
          answersPerPlant,
          ...seconds,
          megabytes,
        }
      }),
    )
    const { count, of, low, high } = whole.foundOfDetectable
    process.stdout.write(
      `no promise: found above the line of confirmation (12 bad events) ${count} of ${of}, 95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}\n`,
    )
    for (const { name, measured, state } of whole.promises) {
      process.stdout.write(
        `${state}: ${name} ${measured.count} of ${measured.of}, 95 % interval ${measured.low.toFixed(3)} to ${measured.high.toFixed(3)}\n`,
      )
    }
  }
  const states = whole.promises.filter(({ measured }) => measured.of > 0).map(({ state }) => state)
  if (states.includes('broken')) return 1
  return states.includes('open') ? 2 : 0
}

try {
  process.exitCode = await main()
} catch (error) {
  const usage = error instanceof UsageError || (error instanceof TypeError && 'code' in error)
  process.stderr.write(
    `${error instanceof Error ? (usage ? error.message : error.stack) : String(error)}\n`,
  )
  process.exitCode = usage ? 64 : 70
}
