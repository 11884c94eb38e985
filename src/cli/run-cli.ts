import { Command, CommanderError } from 'commander'
import { createColors } from 'picocolors'

import { AftergreenError } from '../errors.ts'
import { ownPackage } from '../server/own-package.ts'
import { compareCommand } from './commands/compare.ts'
import { configCommand } from './commands/config.ts'
import { demoCommand } from './commands/demo.ts'
import { doctorCommand } from './commands/doctor.ts'
import { drillCommand } from './commands/drill.ts'
import { importCommand } from './commands/import.ts'
import { incidentCommand } from './commands/incident.ts'
import { releaseCommand } from './commands/release.ts'
import { serveCommand } from './commands/serve.ts'
import type { Terminal } from './terminal.ts'
import { cleanText } from './wrap-text.ts'

const usageExit = 64
const internalExit = 70

/**
 * Runs one command line (without the name of the program) and returns when the command has ended. The exit code is left
 * in `process.exitCode`, so that output still on its way is written.
 */
export async function runCli(args: string[], terminal: Terminal): Promise<void> {
  try {
    await createProgram(terminal).parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = exitCodeOf(error, terminal)
  }
}

function createProgram(terminal: Terminal): Command {
  const program = new Command('aftergreen')
    .description(
      'Release verification: what real traffic says about a release, and what nobody has looked at yet.',
    )
    // Else the --version of `release start` would be taken for this one.
    .enablePositionalOptions()
    .version(ownPackage().version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help on a command')
    .addHelpText(
      'after',
      `
Examples:
  aftergreen demo                          see a verdict on a small shop, in under two minutes
  aftergreen serve                         start the server on this machine
  aftergreen release start --help          how to tell it about a release`,
    )
    .addCommand(serveCommand(terminal))
    .addCommand(demoCommand())
    .addCommand(releaseCommand(terminal))
    .addCommand(incidentCommand(terminal))
    .addCommand(compareCommand(terminal))
    .addCommand(configCommand(terminal))
    .addCommand(drillCommand(terminal))
    .addCommand(importCommand(terminal))
    .addCommand(doctorCommand(terminal))
  for (const command of everyCommand(program)) {
    command
      .exitOverride()
      .showHelpAfterError()
      .configureOutput({
        outputError: (text, write) => write(cleanLines(text)),
      })
  }
  return program
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}

function exitCodeOf(error: unknown, terminal: Terminal): number {
  // Commander has said it already, with the usage.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExit
  const { bold, red, dim } = createColors(terminal.colour.err)
  if (error instanceof AftergreenError) {
    terminal.note(`${bold(red('error:'))} ${cleanLines(error.message)}`)
    if (error.hint !== undefined) terminal.note(cleanText(error.hint))
    return error.exitCode
  }
  terminal.note(
    `${bold(red('error:'))} Something failed that should not; this is a bug in Aftergreen.`,
  )
  terminal.note(dim(error instanceof Error ? (error.stack ?? error.message) : String(error)))
  return internalExit
}

/** Arguments appear in messages: they may not steer the terminal. */
function cleanLines(text: string): string {
  return text.split('\n').map(cleanText).join('\n')
}
