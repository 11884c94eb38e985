import { isatty } from 'node:tty'
import { Command, InvalidArgumentError } from 'commander'

import type { MutationOperator } from '../../config/mutate/operators.ts'
import {
  addReportOptions,
  checkReportFlags,
  configExitCodeHelp,
  reportOutcome,
} from '../config-output.ts'
import type { ReportFlags } from '../config-output.ts'
import { MutationProgressLine } from '../mutation-progress.ts'
import { parseDuration, parseWholeNumber } from '../parse-option.ts'
import { repositoryFolder } from '../repository-folder.ts'
import type { Terminal } from '../terminal.ts'
import { splitTestCommand, takeTestCommand } from '../test-command.ts'

export interface MutateFlags extends ReportFlags {
  environment?: string
  contract?: string
  boot?: string
  bootReady?: RegExp
  /** Milliseconds. */
  bootTimeout?: number
  smoke?: string
  reports?: string[]
  keyFile?: string
  allTests?: true
  network?: true
  budget: number
  operators?: string[]
  keys?: string[]
  seed?: number
  jobs: number
  fresh?: true
  history: boolean
  cache: string | false
}

export function configMutateCommand(terminal: Terminal): Command {
  return addReportOptions(
    takeTestCommand(
      new Command('mutate').description(
        'which wrong values would nobody notice? Makes values wrong, one at a time',
      ),
    )
      .option('--boot <command>', 'starts the program; must end with 0, or print --boot-ready')
      .option('--boot-ready <regex>', 'a line that the started program prints', regularExpression)
      .option('--boot-timeout <duration>', 'for --boot (default: 30s)', parseDuration)
      .option('--smoke <command>', 'a check of the whole program; ends with 0 where all is well')
      .option('--reports <place...>', 'reports of running processes, as config drift takes them')
      .option('--key-file <file>', 'secret of their fingerprints (default: AFTERGREEN_CONFIG_KEY)')
      .option('--all-tests', 'run the whole test command, not only the tests that read the key')
      .option('--network', 'leave the network on in mutated runs')
      .option('--budget <minutes>', 'for the mutated runs', minutes, 10)
      .option('--operators <names>', 'only these, with commas between', names)
      .option('--keys <names>', 'only these, with commas between', names)
      .option(
        '--seed <number>',
        'in a random order, so that a budget sees a sample',
        parseWholeNumber,
      )
      .option('--jobs <number>', 'mutants at a time in the same folder, at most 4', jobCount, 1)
      .option('--fresh', 'take no result of an earlier run')
      .option('--no-history', 'do not look for earlier values in the history of the repository')
      .option('--cache <folder>', 'where results and facts are kept between runs')
      .option('--no-cache', 'keep nothing'),
  )
    .addHelpText(
      'after',
      `
The test command is run with what the environment binds, first as it is: it has to pass. Then one value is made wrong at a
time, and those who could notice are asked, the earliest first: the contract and the rules of config check, --boot, the
tests that read the key, --smoke, and the drift alarm where --reports shows what it sees. Wrong values reach programs
through the environment of the process; mutated runs have no network where the system allows that. No value is written
down or printed, and the output of these runs goes nowhere. A run that is stopped goes on where it was.
Examples:
  aftergreen config mutate -- npm test
  aftergreen config mutate --boot 'node src/main.js' --boot-ready 'listening' --budget 30 -- npx vitest run
  aftergreen config mutate ../shop --keys PAYMENT_PROCESSOR --environment production=deploy/production.yaml -- npm test
  aftergreen config mutate --json -- python3 -m pytest > mutants.json
  aftergreen config coverage --mutations mutants.json -- python3 -m pytest
${configExitCodeHelp}`,
    )
    .action(async (given: string[], flags: MutateFlags, command: Command) => {
      process.exitCode = await mutate(splitTestCommand(command, given), flags, terminal)
    })
}

async function mutate(
  { path, test }: ReturnType<typeof splitTestCommand>,
  flags: MutateFlags,
  terminal: Terminal,
): Promise<number> {
  const operators = await operatorsOf(flags.operators)
  const partial = operators !== undefined || flags.keys !== undefined
  checkReportFlags(flags, { partial })
  const root = await repositoryFolder(path)
  const [
    { mutationInput },
    { runMutation },
    { mutationReport },
    { renderMutation },
    { stopTwice },
  ] = await Promise.all([
    import('../mutation-input.ts'),
    import('../../config/mutate/run-mutation.ts'),
    import('../../config/mutate/mutation-report.ts'),
    import('../render-config-mutation.ts'),
    import('../stop-twice.ts'),
  ])
  const line = new MutationProgressLine(
    isatty(2) ? (text) => void process.stderr.write(text) : null,
  )
  const stopping = stopTwice(() => {
    line.clear()
    terminal.note('Stopping …')
  })
  let ran
  let environment
  try {
    line.say('Reading the sources …')
    const input = await mutationInput(root, flags, operators, terminal)
    environment = input.environment
    ran = await runMutation({
      ...input,
      command: test,
      stop: stopping.finish,
      onNote: (text) => {
        line.clear()
        terminal.note(text)
      },
      onProgress: (progress) => line.update(progress),
    })
  } finally {
    line.clear()
    stopping.release()
  }
  const answer = mutationReport({ environment, ...ran })
  const { report, mutants, score, survivors } = answer
  const stopped = stopping.finish.aborted
  const code = await reportOutcome(report, flags, terminal, {
    partial,
    json: {
      environment,
      asked: ran.asked,
      networkOff: ran.networkOff,
      score,
      survivors,
      mutants,
      ...(stopped ? { exitCode: 2 } : {}),
    },
    details: (options) => renderMutation(answer, options),
  })
  return stopped ? 2 : code
}

async function operatorsOf(told: string[] | undefined): Promise<MutationOperator[] | undefined> {
  if (told === undefined) return undefined
  const { isMutationOperator, mutationOperators } = await import('../../config/mutate/operators.ts')
  const { AftergreenError } = await import('../../errors.ts')
  return told.map((name) => {
    if (isMutationOperator(name)) return name
    throw new AftergreenError('USAGE', `There is no operator ${name}.`, {
      hint: `Operators are ${mutationOperators.join(', ')}.`,
    })
  })
}

const names = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

function regularExpression(text: string): RegExp {
  try {
    return new RegExp(text, 'u')
  } catch {
    throw new InvalidArgumentError('Give a regular expression, such as "listening on".')
  }
}

function minutes(text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 1440) return value
  throw new InvalidArgumentError('Give a number of minutes, at most 1440.')
}

function jobCount(text: string): number {
  if (/^[1-4]$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Give a number from 1 to 4.')
}
