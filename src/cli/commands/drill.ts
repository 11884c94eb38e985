import { Command } from 'commander'

import type { Terminal } from '../terminal.ts'
import { drillCohortsCommand } from './drill-cohorts.ts'

export function drillCommand(terminal: Terminal): Command {
  return new Command('drill')
    .description('plant failures of known size, and see whether they are found')
    .addHelpText(
      'after',
      `
Examples:
  aftergreen drill cohorts                 are planted cohorts found, and nothing where nothing is?`,
    )
    .addCommand(drillCohortsCommand(terminal))
}
