import { Command } from 'commander'

import type { Terminal } from '../terminal.ts'
import { clientOf } from './server-flags.ts'
import type { ServerFlags } from './server-flags.ts'

export function releaseTimelineCommand(terminal: Terminal): Command {
  return new Command('timeline')
    .description('every change of the verdict on a release, and what changed it')
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
      const verdicts = await clientOf(flags, terminal).history(id)
      if (flags.json) return terminal.say(JSON.stringify({ verdicts }, null, 2))
      const { renderTimeline } = await import('../render-timeline.ts')
      const { colour, width } = terminal
      terminal.say(renderTimeline(verdicts, { colour: colour.out, width }))
    })
}
