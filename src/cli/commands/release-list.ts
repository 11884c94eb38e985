import { Command } from 'commander'

import { renderReleaseList } from '../render-release-list.ts'
import type { Terminal } from '../terminal.ts'
import { clientOf } from './server-flags.ts'
import type { ServerFlags } from './server-flags.ts'

export function releaseListCommand(terminal: Terminal): Command {
  return new Command('list')
    .description('all releases with their latest verdict, newest first')
    .addHelpText(
      'after',
      `
Examples:
  aftergreen release list
  aftergreen release list --json | jq '.releases[].release.id'

Exit codes:
  0   the list, whatever the verdicts
  64  wrong usage
  70  something failed inside`,
    )
    .action(async (flags: ServerFlags) => {
      const releases = await clientOf(flags, terminal).list()
      const { colour, width } = terminal
      terminal.say(
        flags.json
          ? JSON.stringify({ releases }, null, 2)
          : renderReleaseList(releases, { colour: colour.out, width }),
      )
    })
}
