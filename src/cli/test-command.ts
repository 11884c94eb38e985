import type { Command } from 'commander'

import { AftergreenError } from '../errors.ts'

/** What a command takes that runs the tests of a folder with the values of an environment. */
export function takeTestCommand(command: Command): Command {
  return command
    .usage('[path] [options] -- <test command>')
    .argument('[arguments...]', 'folder of the repository; after --, the test command')
    .option('--environment <name>', 'the target: a name, or NAME=FILE[,FILE] (default: production)')
    .option('--contract <file>', 'the contract (default: config.contract.yaml in the folder)')
}

/** The command after `--`, and the folder before it. @throws USAGE */
export function splitTestCommand(
  command: Command,
  given: readonly string[],
): { path: string; test: [string, ...string[]] } {
  let top = command
  while (top.parent !== null) top = top.parent
  // commander drops the two hyphens, and with them where the test command begins
  const raw = 'rawArgs' in top && Array.isArray(top.rawArgs) ? (top.rawArgs as unknown[]) : []
  const hyphens = raw.indexOf('--')
  const length = hyphens < 0 ? 0 : raw.length - hyphens - 1
  const before = given.slice(0, given.length - length)
  const [program, ...args] = given.slice(given.length - length)
  if (program === undefined || length === 0) {
    throw new AftergreenError('USAGE', 'There is no test command.', {
      hint: 'Give it after two hyphens: -- npm test.',
    })
  }
  if (before.length > 1) {
    throw new AftergreenError('USAGE', 'Only one folder can stand before the test command.', {
      hint: 'Give the test command after two hyphens: -- npm test.',
    })
  }
  return { path: before[0] ?? '.', test: [program, ...args] }
}
