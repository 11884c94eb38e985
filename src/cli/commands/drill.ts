import { Command } from 'commander'

import type { Terminal } from '../terminal.ts'
import { drillCohortsCommand } from './drill-cohorts.ts'
import { drillsPast } from './drill-past.ts'
import { drillReleasesCommand } from './drill-releases.ts'

export function drillCommand(terminal: Terminal): Command {
  const command = new Command('drill')
    .description('plant failures of known size, and see whether they are found')
    // else a --seed of a subcommand would be taken for that of this one
    .enablePositionalOptions()
  return drillsPast(command, terminal)
    .addHelpText(
      'after',
      `
Other drills:
  aftergreen drill cohorts                 are planted cohorts found, and nothing where nothing is?
  aftergreen drill releases --count 40     are releases with a fault rolled back, and no healthy ones?`,
    )
    .addCommand(drillCohortsCommand(terminal))
    .addCommand(drillReleasesCommand(terminal))
}
