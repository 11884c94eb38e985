import { isatty } from 'node:tty'
import { type Command, Option } from 'commander'

import { plantedBugs, type DrillReport, type PlantedBug } from '../../releases/drill/self-check.ts'
import { parseWholeNumber } from '../parse-option.ts'
import type { Terminal } from '../terminal.ts'
import type { ServerFlags } from './server-flags.ts'

interface DrillFlags extends ServerFlags {
  service?: string
  environment?: string
  since: string
  placebos: number
  planted: number
  seed: number
  plantBug?: PlantedBug
}

/** Gives a command the options and the action of a drill on the past of a server's services. */
export function drillsPast(command: Command, terminal: Terminal): Command {
  return command
    .option('--service <name>', 'service.name (left out: every service)')
    .option('--environment <name>', 'deployment.environment.name (left out: all of them)')
    .option('--since <time>', 'past from then on: 14d, or a time', '14d')
    .option(
      '--placebos <n>',
      'cuts without a release that are judged like one',
      parseWholeNumber,
      40,
    )
    .option(
      '--planted <n>',
      'regressions that are added to copies of the past',
      parseWholeNumber,
      40,
    )
    .option('--seed <n>', 'of the cuts, the divisions and the cohorts', parseWholeNumber, 1)
    .addOption(
      new Option(
        '--plant-bug <name>',
        'spoil the judge, to see that the drill notices: units (a request, or one that failed, counts 20 times), alpha (next to no evidence is enough) or deaf (none is)',
      ).choices(plantedBugs),
    )
    .addOption(
      new Option('--server <url>', 'address of the server')
        .env('AFTERGREEN_SERVER')
        .default('http://127.0.0.1:4319'),
    )
    .option('--json', 'print one JSON document on standard output')
    .addHelpText(
      'after',
      `
Without a subcommand: drills the judge on the past of a running server's services. Placebos are cuts of their own traffic in
which nothing was released, divided by chance and judged like releases; planted regressions are failures and delays of
known size in copies of it. Nothing is written to the telemetry. The same past and seed give the same answer.

Examples:
  aftergreen drill --service checkout
  aftergreen drill --service checkout --placebos 200 --planted 0
  aftergreen drill --service checkout --plant-bug units    must end with exit code 1

Exit codes:
  0   every promise that was drilled is kept
  1   a promise is broken: the measured interval excludes it
  2   a figure misses its promise, but too few runs say so; too little past; or the drill was stopped
  64  wrong usage
  70  something failed inside`,
    )
    .action(async (flags: DrillFlags) => {
      process.exitCode = await drill(flags, terminal)
    })
}

async function drill(flags: DrillFlags, terminal: Terminal): Promise<number> {
  const [{ parseMoment }, { drillOnServer }, { renderSelfCheck }, { stopTwice }] =
    await Promise.all([
      import('../../releases/parse-moment.ts'),
      import('../server-drill.ts'),
      import('../render-self-check.ts'),
      import('../stop-twice.ts'),
    ])
  const { service, environment, placebos, planted, seed, plantBug } = flags
  const live = isatty(2)
  const signals = stopTwice(() => terminal.note('Ending with what is known.'))
  try {
    const report = await drillOnServer(
      {
        since: parseMoment(flags.since, Date.now()),
        placebos,
        planted,
        seed,
        ...(service !== undefined && { service }),
        ...(environment !== undefined && { environment }),
        ...(plantBug !== undefined && { bug: plantBug }),
      },
      {
        server: flags.server,
        token: terminal.env['AFTERGREEN_TOKEN'],
        finish: signals.finish,
        onProgress: ({ service: name, done, of }) => {
          const line = `${name}: ${done} of ${of} placebos and planted regressions`
          if (live) process.stderr.write(`\r\u001b[K${line}${done === of ? '\n' : ''}`)
          else if (done % Math.ceil(of / 5) === 0 || done === of) terminal.note(line)
        },
      },
    )
    terminal.say(
      flags.json
        ? JSON.stringify(report, null, 2)
        : renderSelfCheck(report, { colour: terminal.colour.out, width: terminal.width }),
    )
    return await exitCodeOf(report, flags)
  } finally {
    signals.release()
  }
}

async function exitCodeOf(
  { runs, skipped, complete }: DrillReport,
  { service, placebos, planted }: DrillFlags,
): Promise<number> {
  const { placeboState, plantState } = await import('../render-self-check.ts')
  const states = runs.flatMap((run) => [
    ...(placebos > 0 ? [placeboState(run.placebos)] : []),
    ...Object.values(run.placebos.kinds).map(({ tooMany }) => (tooMany ? 'broken' : 'kept')),
    ...(planted > 0 ? [plantState(run)] : []),
  ])
  if (states.includes('broken')) return 1
  const isMissing = !complete || runs.length === 0 || (service !== undefined && skipped.length > 0)
  return isMissing || states.includes('open') ? 2 : 0
}
