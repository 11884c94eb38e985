import { Command } from 'commander'

import type { Terminal } from '../terminal.ts'
import { cleanText, wrapText } from '../wrap-text.ts'
import { clientOf } from './server-flags.ts'
import type { ServerFlags } from './server-flags.ts'

interface SignOffFlags extends ServerFlags {
  accept?: string[]
  by?: string
  note?: string
}

export function releaseSignOffCommand(terminal: Terminal): Command {
  return new Command('sign-off')
    .description('go on over a hold, and say what is accepted unseen')
    .argument('<id>', 'id of the release')
    .option(
      '--accept <ids>',
      'what is accepted, as "release status" names it, with commas between; may be given several times',
      collectIds,
    )
    .option('--by <name>', 'who accepts it (required)')
    .option('--note <text>', 'why (required)')
    .addHelpText(
      'after',
      `
All that keeps the release at hold must be named; without --accept, what that is is listed. A sign-off is kept for ever and
stands until something else keeps the release at hold. A rollback cannot be signed off.

Examples:
  aftergreen release sign-off ID --accept 1f3a9c04,77aa01be --by "Ada L." --note "quiet hours, watched by hand"
  aftergreen release sign-off ID --accept 1f3a9c04 --by ada --note "tested by hand" --json

Exit codes:
  0   kept
  64  wrong usage: something is not named or not known, or the verdict is not hold
  70  something failed inside`,
    )
    .action(async (id: string, flags: SignOffFlags, command: Command) => {
      const required = (name: 'by' | 'note'): string =>
        flags[name] ?? command.error(`error: required option '--${name} <text>' not specified`)
      const { accept = [] } = flags
      const client = clientOf(flags, terminal)
      // what must be named is told first: nobody writes a note before knowing that
      const isAsking = accept.length === 0
      const signOff = await client.signOff(id, {
        accept,
        by: isAsking ? (flags.by ?? 'nobody') : required('by'),
        note: isAsking ? (flags.note ?? 'none') : required('note'),
      })
      if (flags.json) return terminal.say(JSON.stringify(signOff, null, 2))
      terminal.say(cleanText(`${signOff.by} has accepted unseen:`))
      for (const one of signOff.accepted) {
        terminal.say(
          wrapText(cleanText(`- ${one.title} [${one.id}]`), terminal.width, '  ', '    '),
        )
      }
    })
}

function collectIds(text: string, earlier: string[] = []): string[] {
  const ids = text.split(',').map((id) => id.trim())
  return [...earlier, ...ids.filter((id) => id !== '')]
}
