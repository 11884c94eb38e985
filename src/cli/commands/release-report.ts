import { Command } from 'commander'

import type { Terminal } from '../terminal.ts'
import { clientOf } from './server-flags.ts'
import type { ServerFlags } from './server-flags.ts'

export function releaseReportCommand(terminal: Terminal): Command {
  return new Command('report')
    .description('how verdicts and sign-offs turned out')
    .option('--since <time>', 'releases that began since then, such as 30d, or a time', '90d')
    .addHelpText(
      'after',
      `
A release came to harm when its verdict became rollback after it went on, or when the next release of its service was a
fix, an incident-fix or a rollback and began within its soak.

Examples:
  aftergreen release report --since 90d
  aftergreen release report --since 2026-01-01 --json | jq .signedOff

Exit codes:
  0   the report, whatever it says
  64  wrong usage
  70  something failed inside`,
    )
    .action(async (flags: ServerFlags & { since: string }) => {
      const [{ parseMoment }, { renderReleaseReport }] = await Promise.all([
        import('../../releases/parse-moment.ts'),
        import('../render-release-report.ts'),
      ])
      const since = new Date(parseMoment(flags.since, Date.now())).toISOString()
      const report = await clientOf(flags, terminal).report(since)
      const { colour, width } = terminal
      terminal.say(
        flags.json
          ? JSON.stringify(report, null, 2)
          : renderReleaseReport(report, { colour: colour.out, width }),
      )
    })
}
