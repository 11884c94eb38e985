import { Command } from 'commander'

import type { Terminal } from '../terminal.ts'
import { configAgeCommand } from './config-age.ts'
import { configCheckCommand } from './config-check.ts'
import { configCoverageCommand } from './config-coverage.ts'
import { configDiffCommand } from './config-diff.ts'
import { configDriftCommand } from './config-drift.ts'
import { configInitCommand } from './config-init.ts'
import { configFlagsCommand } from './config-flags.ts'
import { configMutateCommand } from './config-mutate.ts'
import { configScanCommand } from './config-scan.ts'
import { configSnapshotCommand } from './config-snapshot.ts'

export function configCommand(terminal: Terminal): Command {
  return new Command('config')
    .description(
      'is the environment right, not just the code? Works offline, on files, in any repository',
    )
    .addHelpText(
      'after',
      `
Nothing of the repository is executed but the test command that you give, and no value of a key that may be secret is
printed.
Examples:
  aftergreen config scan                                   what the code of this folder reads, and what is wrong with it
  aftergreen config scan ../shop --keys                    every key, with its reads, default and declaration
  aftergreen config scan --sarif scan.sarif --github       in CI
  aftergreen config scan --baseline config-baseline.json   fail only on what is new`,
    )
    .addCommand(configScanCommand(terminal))
    .addCommand(configFlagsCommand(terminal))
    .addCommand(configCheckCommand(terminal))
    .addCommand(configInitCommand(terminal))
    .addCommand(configDiffCommand(terminal))
    .addCommand(configDriftCommand(terminal))
    .addCommand(configSnapshotCommand(terminal))
    .addCommand(configAgeCommand(terminal))
    .addCommand(configCoverageCommand(terminal))
    .addCommand(configMutateCommand(terminal))
}
