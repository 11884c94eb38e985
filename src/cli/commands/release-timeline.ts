import { Command } from 'commander'

import type { Terminal } from '../terminal.ts'
import { clientOf } from './server-flags.ts'
import type { ServerFlags } from './server-flags.ts'

export function releaseTimelineCommand(terminal: Terminal): Command {
  return new Command('timeline')
    .description('every change of the verdict on a release, what changed it, and every sign-off')
    .argument('<id>', 'id of the release')
    .addHelpText(
      'after',
      `
A verdict is never edited, only followed: each entry is one of the ledger.

Examples:
  aftergreen release timeline ID
  aftergreen release timeline ID --json | jq '.verdicts[] | select(.verdict == "rollback")'

Exit codes:
  0   the timeline, whatever it says
  64  wrong usage
  70  something failed inside`,
    )
    .action(async (id: string, flags: ServerFlags) => {
      const client = clientOf(flags, terminal)
      const verdicts = await client.history(id)
      const signOffs = (await client.verdict(id)).signOff?.signOffs ?? []
      if (flags.json) return terminal.say(JSON.stringify({ verdicts, signOffs }, null, 2))
      const { renderTimeline } = await import('../render-timeline.ts')
      const { colour, width } = terminal
      terminal.say(renderTimeline(verdicts, { colour: colour.out, width }, signOffs))
    })
}
