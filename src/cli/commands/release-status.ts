import { Command } from 'commander'

import { exitCodeHelp } from '../exit-code.ts'
import { exitCodeOfVerdict } from '../sign-off-words.ts'
import type { Terminal } from '../terminal.ts'
import { sayVerdict } from './say-verdict.ts'
import { clientOf } from './server-flags.ts'
import type { ServerFlags } from './server-flags.ts'

export function releaseStatusCommand(terminal: Terminal): Command {
  return new Command('status')
    .description('the latest verdict on a release')
    .argument('<id>', 'id of the release')
    .addHelpText(
      'after',
      `
Examples:
  aftergreen release status ID
  aftergreen release status ID --json

${exitCodeHelp}`,
    )
    .action(async (id: string, flags: ServerFlags) => {
      const verdict = await clientOf(flags, terminal).verdict(id)
      sayVerdict(verdict, flags, terminal)
      process.exitCode = exitCodeOfVerdict(verdict)
    })
}
