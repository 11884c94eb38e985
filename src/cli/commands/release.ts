import { Command } from 'commander'

import { addServerOptions } from '../add-server-options.ts'
import type { Terminal } from '../terminal.ts'
import { releaseListCommand } from './release-list.ts'
import { releaseReplayCommand } from './release-replay.ts'
import { releaseReportCommand } from './release-report.ts'
import { releaseSignOffCommand } from './release-sign-off.ts'
import { releaseStartCommand } from './release-start.ts'
import { releaseStatusCommand } from './release-status.ts'
import { releaseTimelineCommand } from './release-timeline.ts'
import { releaseWaitCommand } from './release-wait.ts'

export function releaseCommand(terminal: Terminal): Command {
  const group = new Command('release')
    .description('tell the server about a release, and ask what became of it')
    .addHelpText(
      'after',
      `
Examples:
  aftergreen release start --service checkout --version 2.0.0 --environment production
  aftergreen release wait ID --timeout 30m`,
    )
  const commands = [
    releaseStartCommand(terminal),
    releaseStatusCommand(terminal),
    releaseWaitCommand(terminal),
    releaseListCommand(terminal),
    releaseTimelineCommand(terminal),
    releaseReplayCommand(terminal),
    releaseSignOffCommand(terminal),
    releaseReportCommand(terminal),
  ]
  for (const command of commands) {
    group.addCommand(addServerOptions(command))
  }
  return group
}
