import { readFile } from 'node:fs/promises'
import { isatty } from 'node:tty'
import { Command } from 'commander'

import type { CoverageEnvironment } from '../../config/coverage/coverage-report.ts'
import type { MutationResult } from '../../config/coverage/mutation-results.ts'
import type { ComparedRun } from '../../config/coverage/value-effects.ts'
import type { LoadedEnvironment } from '../../config/repository/load-environments.ts'
import { AftergreenError } from '../../errors.ts'
import { CompareProgressLine } from '../compare-progress.ts'
import {
  addReportOptions,
  checkReportFlags,
  configExitCodeHelp,
  reportOutcome,
} from '../config-output.ts'
import type { ReportFlags } from '../config-output.ts'
import { repositoryFolder } from '../repository-folder.ts'
import type { Terminal } from '../terminal.ts'
import { readTarget } from '../target-environment.ts'
import { splitTestCommand, takeTestCommand } from '../test-command.ts'

interface CoverageFlags extends ReportFlags {
  environment?: string
  contract?: string
  trace?: string
  earlier: string[]
  mutations?: string
  keys?: true
  cache: string | false
}

export function configCoverageCommand(terminal: Terminal): Command {
  return addReportOptions(
    takeTestCommand(
      new Command('coverage').description(
        'how far a real test run exercises each key, and what only production has',
      ),
    )
      .option('--trace <folder>', 'keep the trace there: names, shapes and fingerprints')
      .option('--earlier <folder>', 'compare with a trace kept earlier (C4)', collect, [])
      .option('--mutations <file>', 'what config mutate --json printed (C5)')
      .option('--keys', 'list every key')
      .option('--cache <folder>', 'where facts about files are kept between runs')
      .option('--no-cache', 'keep nothing'),
  )
    .addHelpText(
      'after',
      `
The test command runs in the folder, with a tracer in every Node and Python process that it starts. The tracer writes down
which keys are read, where and by which test, never a value. Other languages stay at what the scanner finds.
Levels: C0 declared, C1 bound in the environment, C2 found in the code, C3 read in the run, C4 another value made a
difference, C5 a wrong value was noticed.
Examples:
  aftergreen config coverage -- npm test
  aftergreen config coverage ../shop --environment production=deploy/production.yaml --keys -- npm test
  aftergreen config coverage --json -- python3 -m unittest | jq '.keys[] | select(.productionOnly) | .key'
${configExitCodeHelp}`,
    )
    .action(async (given: string[], flags: CoverageFlags, command: Command) => {
      process.exitCode = await coverage(splitTestCommand(command, given), flags, terminal)
    })
}

const collect = (value: string, before: string[]): string[] => [...before, value]

async function coverage(
  { path, test }: ReturnType<typeof splitTestCommand>,
  flags: CoverageFlags,
  terminal: Terminal,
): Promise<number> {
  checkReportFlags(flags)
  const root = await repositoryFolder(path)
  const mutants = flags.mutations === undefined ? [] : await readMutations(flags.mutations)
  const [
    { scanRepository },
    { cacheFolder },
    { readDeclarations },
    { componentsOf },
    { runTraced, traceSecret },
    { readTrace, readRunFacts },
    { coverKeys, coverageRatios },
    { coverageReport },
    { valueEffects },
    { renderCoverage },
    { stopTwice },
  ] = await Promise.all([
    import('../../config/scan/scan-repository.ts'),
    import('../../config/scan/facts-cache.ts'),
    import('../../config/repository/read-declarations.ts'),
    import('../../config/repository/component-of.ts'),
    import('../../config/coverage/run-traced.ts'),
    import('../../config/coverage/read-trace.ts'),
    import('../../config/coverage/cover-keys.ts'),
    import('../../config/coverage/coverage-report.ts'),
    import('../../config/coverage/value-effects.ts'),
    import('../render-config-coverage.ts'),
    import('../stop-twice.ts'),
  ])
  const secret = traceSecret(await ownSecret(terminal.env, flags))
  const earlier: ComparedRun[] = []
  for (const other of flags.earlier) {
    const facts = await readRunFacts(other)
    if (facts?.keyId !== secret.keyId) {
      throw new AftergreenError('USAGE', `The trace ${other} cannot be compared with this run.`, {
        hint: 'Both must be made with --trace and the same AFTERGREEN_CONFIG_KEY.',
      })
    }
    earlier.push({ trace: await readTrace(other), exitCode: facts.exitCode })
  }
  const line = new CompareProgressLine(isatty(2) ? (text) => void process.stderr.write(text) : null)
  let scanned
  let declared
  let target
  try {
    line.say('Reading the sources …')
    const cache = typeof flags.cache === 'string' ? flags.cache : cacheFolder(terminal.env)
    scanned = await scanRepository(root, flags.cache === false ? {} : { cache })
    declared = await readDeclarations(root, scanned.files)
    // before the run: a wrong name is told at once
    const { loaded, none } = await readTarget(root, scanned.files, flags)
    target = {
      environment: loaded === undefined ? { none } : coveredEnvironment(loaded),
      bindings: loaded?.bindings ?? [],
    }
  } finally {
    line.clear()
  }
  terminal.note(`Running the test command with tracing: ${test[0]} …`)
  const stopping = stopTwice(() => terminal.note('Stopping the test command …'))
  let run
  try {
    run = await runTraced({
      root,
      command: test,
      env: terminal.env,
      output: 2,
      stop: stopping.finish,
      secret,
      ...(flags.trace === undefined ? {} : { keep: flags.trace }),
    })
  } finally {
    stopping.release()
  }
  const keys = coverKeys({
    reads: scanned.reads,
    declarations: declared.declarations,
    bindings: target.bindings,
    traces: [run.trace, ...earlier.map(({ trace }) => trace)],
    secret: secret.bytes,
    componentOf: componentsOf(scanned.files),
    effects: earlier.flatMap((other) => valueEffects(run, other)),
    mutants,
  })
  const report = coverageReport({ keys, run, environment: target.environment })
  const { environment } = target
  return reportOutcome(report, flags, terminal, {
    json: {
      environment: 'name' in environment ? environment.name : null,
      testExitCode: run.exitCode,
      ratios: coverageRatios(keys),
      keys,
    },
    details: (options) => renderCoverage(keys, options, flags.keys === true),
  })
}

/** Traces that are compared need fingerprints of one secret; else each run has its own, and it is forgotten. */
async function ownSecret(
  env: NodeJS.ProcessEnv,
  flags: CoverageFlags,
): Promise<Uint8Array | undefined> {
  const told = env['AFTERGREEN_CONFIG_KEY']
  if (told === undefined) {
    if (flags.earlier.length === 0) return undefined
    throw new AftergreenError('USAGE', 'Traces are compared by fingerprints of one secret.', {
      hint: 'Set AFTERGREEN_CONFIG_KEY to the same 32 random characters or more for both runs.',
    })
  }
  const { secretBytes } = await import('../../config/drift/config-reporter.ts')
  try {
    return secretBytes(told)
  } catch (error) {
    throw new AftergreenError('USAGE', 'AFTERGREEN_CONFIG_KEY is too short for fingerprints.', {
      hint: 'Set it to 32 random characters or more, or leave it out.',
      cause: error,
    })
  }
}

async function readMutations(file: string): Promise<MutationResult[]> {
  const { parseMutationResults } = await import('../../config/coverage/mutation-results.ts')
  const text = await readFile(file, 'utf8').catch(() => '')
  const results = parseMutationResults(text)
  if (results === undefined) {
    throw new AftergreenError('USAGE', `${file} does not tell what became of mutants.`, {
      hint: 'Give what aftergreen config mutate --json printed.',
    })
  }
  return results
}

const coveredEnvironment = ({
  name,
  files,
  bindings,
  unread,
}: LoadedEnvironment): CoverageEnvironment => ({
  name,
  files: files.map((file) => file.path),
  bindings: bindings.length,
  unread,
})
