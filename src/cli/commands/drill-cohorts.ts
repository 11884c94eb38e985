import { isatty } from 'node:tty'
import { Command, InvalidArgumentError, Option } from 'commander'

import type { DrillOptions, PlantedBug } from '../../cohorts/drill/drill-cohorts.ts'
import type { PlantKind } from '../../cohorts/drill/planted-events.ts'
import { parseWholeNumber } from '../parse-option.ts'
import type { Terminal } from '../terminal.ts'

interface DrillFlags {
  rows: number
  attributes: number
  runs: number
  null: number
  seed: number
  measure: PlantKind[]
  maxOrder: number
  plantBug?: PlantedBug
  clustered?: true
  explain?: true
  json?: true
}

const kinds: readonly PlantKind[] = ['rate', 'latency', 'volume']

export function drillCohortsCommand(terminal: Terminal): Command {
  return new Command('cohorts')
    .description('compare planted events: what is found of what was planted, and what of nothing')
    .option('--rows <n>', 'events of each comparison', wholeNumber(1000, 20_000_000), 100_000)
    .option('--attributes <n>', 'attributes of each event', wholeNumber(6, 100), 20)
    .option('--runs <n>', 'comparisons with planted cohorts', wholeNumber(0, 10_000), 20)
    .option(
      '--null <n>',
      'comparisons of two sides that do not differ',
      wholeNumber(0, 10_000),
      200,
    )
    .option(
      '--seed <n>',
      'seed of the first comparison; each further one has the next',
      parseWholeNumber,
      1,
    )
    .option('--measure <names>', 'rate, latency, volume; several with commas', parseKinds, [
      'rate',
      'latency',
    ] satisfies PlantKind[])
    .option('--max-order <n>', 'most conditions of a cohort', wholeNumber(1, 6), 3)
    .addOption(
      new Option(
        '--plant-bug <name>',
        'spoil the comparison, to see that the drill notices: confirmation (count what is suggested on the same rows again) or units (events of one user count as independent)',
      ).choices(['confirmation', 'units']),
    )
    .option(
      '--clustered',
      'users are on one side with all their events, and some fail with every one',
    )
    .option(
      '--explain',
      'for each cohort missed above the line of confirmation, say which step lost it',
    )
    .option('--json', 'print one JSON document on standard output')
    .addHelpText(
      'after',
      `
Same seed, same events, same answer. A comparison is repeated alone with --seed N --runs 1 --null 0.
Examples:
  aftergreen drill cohorts
  aftergreen drill cohorts --rows 1000000 --runs 5 --null 0 --measure rate,latency,volume
  aftergreen drill cohorts --null 100 --runs 0 --plant-bug units     must end with exit code 1
Exit codes:
  0   every promise that was drilled is kept
  1   a promise is broken: the measured interval excludes it
  2   a figure misses its promise, but too few comparisons were made to say so; or the drill was stopped
  64  wrong usage
  70  something failed inside`,
    )
    .action(async (flags: DrillFlags) => {
      process.exitCode = await drill(flags, terminal)
    })
}

async function drill(flags: DrillFlags, terminal: Terminal): Promise<number> {
  const [{ clustered, drillCohorts }, { summarizeDrill }, { renderDrill }] = await Promise.all([
    import('../../cohorts/drill/drill-cohorts.ts'),
    import('../../cohorts/drill/summarize-drill.ts'),
    import('../render-drill.ts'),
  ])
  const options: DrillOptions = {
    rows: flags.rows,
    attributes: flags.attributes,
    runs: flags.runs,
    nulls: flags.null,
    seed: flags.seed,
    kinds: flags.measure,
    maxOrder: flags.maxOrder,
    explain: flags.explain === true,
    // events that are far from independent show a spoiled comparison soonest
    ...(flags.clustered === true || flags.plantBug !== undefined ? { traits: clustered } : {}),
    ...(flags.plantBug === undefined ? {} : { bug: flags.plantBug }),
  }
  const stopping = new AbortController()
  const stop = (): void => {
    if (stopping.signal.aborted) process.exit(130)
    stopping.abort()
    terminal.note('Stopping after this comparison; Ctrl-C again ends at once.')
  }
  process.on('SIGINT', stop)
  const live = isatty(2)
  try {
    const runs = await drillCohorts(options, {
      signal: stopping.signal,
      onRun: (done, of) => {
        if (live) process.stderr.write(`\r${done} of ${of} comparisons ${done === of ? '\n' : ''}`)
        else if (done % Math.ceil(of / 10) === 0) terminal.note(`${done} of ${of} comparisons`)
      },
    })
    const summary = summarizeDrill(runs)
    const complete = runs.planted.length + runs.nulls.length === options.runs + options.nulls
    terminal.say(
      flags.json
        ? JSON.stringify({ complete, ...summary, runs }, null, 2)
        : renderDrill(runs, summary, { colour: terminal.colour.out, width: terminal.width }),
    )
    const states = summary.promises
      .filter(({ measured }) => measured.of > 0)
      .map(({ state }) => state)
    if (states.includes('broken')) return 1
    return complete && !states.includes('open') ? 0 : 2
  } finally {
    process.off('SIGINT', stop)
  }
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = parseWholeNumber(text)
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`)
  }
}

function parseKinds(text: string): PlantKind[] {
  const chosen = kinds.filter((kind) => text.split(',').includes(kind))
  if (chosen.length > 0 && chosen.length === new Set(text.split(',')).size) return chosen
  throw new InvalidArgumentError('Give rate, latency or volume, several with commas.')
}
