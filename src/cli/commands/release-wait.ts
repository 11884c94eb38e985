import { setTimeout as sleep } from 'node:timers/promises'

import { Command, Option } from 'commander'

import { AftergreenError } from '../../errors.ts'
import type { Verdict } from '../../releases/verdict.ts'
import type { ApiClient } from '../api-client.ts'
import { exitCodeHelp } from '../exit-code.ts'
import { parseDuration } from '../parse-option.ts'
import { exitCodeOfVerdict } from '../sign-off-words.ts'
import type { Terminal } from '../terminal.ts'
import { cleanText } from '../wrap-text.ts'
import { sayVerdict } from './say-verdict.ts'
import { clientOf } from './server-flags.ts'
import type { ServerFlags } from './server-flags.ts'

interface WaitFlags extends ServerFlags {
  timeout: number
}

const pollMs = 2000

export function releaseWaitCommand(terminal: Terminal): Command {
  return new Command('wait')
    .description(
      'wait until the verdict is proceed or rollback, or somebody has signed off the hold',
    )
    .argument('<id>', 'id of the release')
    .addOption(
      new Option('--timeout <time>', 'how long to wait, such as 90s, 30m or 2h')
        .argParser(parseDuration)
        .default(30 * 60_000, '30m'),
    )
    .addHelpText(
      'after',
      `
Progress goes to standard error. At the timeout the current verdict is printed and the exit code is 2.

Examples:
  aftergreen release wait ID --timeout 30m
  aftergreen release wait ID --timeout 2h --json > verdict.json

${exitCodeHelp}`,
    )
    .action(async (id: string, flags: WaitFlags) => {
      const verdict = await waitForVerdict(clientOf(flags, terminal), id, flags.timeout, terminal)
      if (verdict.verdict === 'hold' && verdict.signOff?.standing !== true)
        terminal.note('The time is over and the verdict is still hold.')
      sayVerdict(verdict, flags, terminal)
      process.exitCode = exitCodeOfVerdict(verdict)
    })
}

async function waitForVerdict(
  client: ApiClient,
  id: string,
  timeoutMs: number,
  terminal: Terminal,
): Promise<Verdict> {
  const end = performance.now() + timeoutMs
  let latest: Verdict | null = null
  let told = ''
  for (;;) {
    try {
      latest = await client.verdict(id)
      if (latest.verdict !== 'hold' || latest.signOff?.standing === true) return latest
      told = tell(latest.headline, told, terminal)
    } catch (error) {
      // A server that was there and restarts is worth waiting for; one that never answered is a mistake.
      if (latest === null || !isPassing(error)) throw error
      told = tell(`${error.message} Asking again.`, told, terminal)
    }
    const left = end - performance.now()
    if (left <= 0) return latest
    await sleep(Math.min(pollMs, left))
  }
}

function isPassing(error: unknown): error is AftergreenError {
  return (
    error instanceof AftergreenError &&
    (error.code === 'SERVER_UNREACHABLE' || error.code === 'STARTING')
  )
}

function tell(line: string, told: string, terminal: Terminal): string {
  if (line !== told) terminal.note(`${new Date().toISOString().slice(11, 19)} ${cleanText(line)}`)
  return line
}
