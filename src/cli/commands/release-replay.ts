import { isatty } from 'node:tty'
import { Command, Option } from 'commander'

import { verdictExitCode } from '../exit-code.ts'
import { parseDuration, parseSeconds } from '../parse-option.ts'
import type { Terminal } from '../terminal.ts'
import type { ServerFlags } from './server-flags.ts'

interface ReplayFlags extends ServerFlags {
  until?: string
  every?: number
}

export function releaseReplayCommand(terminal: Terminal): Command {
  return new Command('replay')
    .description('what the judge would have said, look by look')
    .argument('<id>', 'id of the release')
    .option('--until <time>', 'end there: 2h ago, or a time (left out: where its telemetry ends)')
    .addOption(
      new Option('--every <time>', 'between two looks, such as 30s or 1m (default: 1m)').argParser(
        parseStep,
      ),
    )
    .addHelpText(
      'after',
      `
Judges stored or imported telemetry as the live judge would have: each look knows only what had happened before it, and
nothing is written down. Long spans get longer steps, which is said. Ctrl-C ends with what is known.

Would it have caught our last outage, and when?
  aftergreen import traces.jsonl.gz
  aftergreen release start --service checkout --version 2.0.0 --at 2026-11-20T14:00:00Z
  aftergreen release replay ID

Examples:
  aftergreen release replay ID --until 2026-11-20T15:00:00Z --every 30s
  aftergreen release replay ID --json | jq .caught

Exit codes:
  0   the last look says proceed
  1   rollback
  2   hold, or the replay was stopped before it was complete
  64  wrong usage
  70  something failed inside`,
    )
    .action(async (id: string, flags: ReplayFlags) => {
      process.exitCode = await replay(id, flags, terminal)
    })
}

function parseStep(text: string): number {
  return parseSeconds(String(parseDuration(text) / 1000))
}

async function replay(id: string, flags: ReplayFlags, terminal: Terminal): Promise<number> {
  const [{ parseMoment }, { replayOnServer }, { renderReplay }, { stopTwice }, { ReplayProgress }] =
    await Promise.all([
      import('../../releases/parse-moment.ts'),
      import('../server-replay.ts'),
      import('../render-replay.ts'),
      import('../stop-twice.ts'),
      import('../replay-progress.ts'),
    ])
  const until = flags.until === undefined ? undefined : parseMoment(flags.until, Date.now())
  const progress = new ReplayProgress(terminal, isatty(2))
  const signals = stopTwice(() => progress.note('Ending with what is known.'))
  try {
    const replayed = await replayOnServer(
      id,
      {
        ...(until !== undefined && { until: new Date(until).toISOString() }),
        ...(flags.every !== undefined && { everySeconds: flags.every }),
      },
      {
        server: flags.server,
        token: terminal.env['AFTERGREEN_TOKEN'],
        finish: signals.finish,
        onEvent: (event) => progress.show(event),
      },
    )
    progress.clear()
    const { colour, width } = terminal
    terminal.say(
      flags.json
        ? JSON.stringify(replayed, null, 2)
        : renderReplay(replayed, { colour: colour.out, width }),
    )
    const { verdict, complete } = replayed
    // what was not judged to the end is no ground to go on
    if (verdict === null || (!complete && verdict.verdict === 'proceed')) return 2
    return verdictExitCode[verdict.verdict]
  } finally {
    progress.clear()
    signals.release()
  }
}
