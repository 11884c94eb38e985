import { stat } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { Command } from 'commander'

import type { ConfigContract } from '../../config/contract/config-contract.ts'
import type { RepositoryScan } from '../../config/scan/scan-repository.ts'
import type { EnvironmentPlan } from '../../config/repository/load-environments.ts'
import { AftergreenError } from '../../errors.ts'
import { acceptConfigDifference, checkAcceptFlags } from '../accept-config-difference.ts'
import type { AcceptFlags } from '../accept-config-difference.ts'
import {
  addReportOptions,
  checkReportFlags,
  configExitCodeHelp,
  reportOutcome,
} from '../config-output.ts'
import type { ReportFlags } from '../config-output.ts'
import { readContractText } from '../read-contract-file.ts'
import { repositoryFolder } from '../repository-folder.ts'
import type { Terminal } from '../terminal.ts'

interface DiffFlags extends Omit<ReportFlags, 'reason'>, AcceptFlags {
  path: string
  contract?: string
  code: boolean
  all?: true
  cache: string | false
}

export function configDiffCommand(terminal: Terminal): Command {
  return addReportOptions(
    new Command('diff')
      .description('what differs between two environments, whether it is meant, and what it may do')
      .argument('<environment>', 'a name, or NAME=FILE[,FILE]: the one that was tested')
      .argument('<other>', 'a name, or NAME=FILE[,FILE]: the one that is to be predicted')
      .option('--path <folder>', 'folder of the repository', '.')
      .option('--contract <file>', 'the contract (default: config.contract.yaml in the folder)')
      .option('--no-code', 'do not look at what the code reads')
      .option('--all', 'list every difference')
      .option('--cache <folder>', 'where facts about files are kept between runs')
      .option('--no-cache', 'keep nothing')
      .option('--accept <key>', 'write into the contract that this difference is meant')
      .option('--reason <text>', 'with --accept: why; with --baseline-may-grow: why it may grow')
      .option('--owner <name>', 'with --accept: who answers for it')
      .option('--expires <date>', 'with --accept: the last day that it holds, such as 2027-01-31'),
    { withReason: false },
  )
    .addHelpText(
      'after',
      `
Every difference is declared (a rule of the contract), derived (a guess: the environment's name inside a host), accidental
or unverifiable. What fails: a broken rule, an expired acceptance, and an accident where money, access or data are at stake.
Examples:
  aftergreen config diff staging production
  aftergreen config diff staging=.env.staging production=deploy/production.yaml,deploy/secrets.yaml
  aftergreen config diff staging production --accept WORKERS --reason "production is larger" --expires 2027-06-30
${configExitCodeHelp}`,
    )
    .action(async (one: string, other: string, flags: DiffFlags) => {
      process.exitCode = await diff([one, other], flags, terminal)
    })
}

async function diff(
  asked: readonly [string, string],
  flags: DiffFlags,
  terminal: Terminal,
): Promise<number> {
  checkReportFlags(flags)
  checkAcceptFlags(flags)
  const root = await repositoryFolder(flags.path)
  const { file: contractFile, text, parsed } = await readContractText(root, flags.contract)
  const { walkRepository } = await import('../../config/repository/walk-repository.ts')
  const { files } = await walkRepository(root)
  const plans = await plansOf(asked, root, files, parsed?.contract)
  const reads = flags.code ? await readsIn(root, flags, terminal) : undefined
  const [{ loadEnvironments }, { diffEnvironments }, { diffReport }, { renderConfigDiff }] =
    await Promise.all([
      import('../../config/repository/load-environments.ts'),
      import('../../config/diff/diff-environments.ts'),
      import('../../config/diff/diff-report.ts'),
      import('../render-config-diff.ts'),
    ])
  const [first, second] = loadEnvironments(root, plans, files)
  if (first === undefined || second === undefined) throw new Error('two environments were planned')
  const compared = diffEnvironments({
    environments: [first, second],
    ...(parsed?.contract === undefined ? {} : { contract: parsed.contract }),
    ...(reads === undefined ? {} : { reads }),
    today: new Date().toISOString().slice(0, 10),
  })
  if (flags.accept !== undefined) {
    const known = [...first.bindings, ...second.bindings].map(({ key }) => key)
    await acceptConfigDifference(
      flags,
      { text, file: contractFile, root, known, compared },
      terminal,
    )
    return 0
  }
  const report = diffReport(compared, {
    ...(parsed === undefined ? {} : { placeOf: (path) => parsed.placeOf(path) }),
    unread: [...first.unread, ...second.unread],
    lookedAt: [first, second].map(
      ({ name, files, bindings }) =>
        `${bindings.length} ${bindings.length === 1 ? 'binding' : 'bindings'} of ${name} in ${files
          .map(({ path }) => path)
          .slice(0, 5)
          .join(' and ')}${files.length > 5 ? ' …' : ''}`,
    ),
  })
  return reportOutcome(report, flags, terminal, {
    details: (options) => renderConfigDiff(compared, options, flags.all === true),
  })
}

async function readsIn(
  root: string,
  { cache }: DiffFlags,
  { env }: Terminal,
): Promise<RepositoryScan['reads']> {
  const [{ scanRepository }, { cacheFolder }] = await Promise.all([
    import('../../config/scan/scan-repository.ts'),
    import('../../config/scan/facts-cache.ts'),
  ])
  const kept = typeof cache === 'string' ? cache : cacheFolder(env)
  return (await scanRepository(root, cache === false ? {} : { cache: kept })).reads
}

/** An environment is named by the contract or by its files' names, or is told: `NAME=FILE,FILE`, or a file alone. */
async function plansOf(
  asked: readonly [string, string],
  root: string,
  files: readonly string[],
  contract: ConfigContract | undefined,
): Promise<EnvironmentPlan[]> {
  const { planEnvironments } = await import('../../config/repository/plan-environments.ts')
  const known = [
    ...planEnvironments([], contract, files).plans,
    ...planEnvironments([], undefined, files).plans,
  ]
  const plans = await Promise.all(
    asked.map(async (text): Promise<EnvironmentPlan> => {
      const plan = known.find(({ name }) => name === text)
      if (plan !== undefined) return plan
      const isFile = text.includes('=') || (await stat(text).catch(() => undefined))?.isFile()
      const told = isFile === true ? planEnvironments([text], undefined, []).plans[0] : undefined
      if (told !== undefined) {
        const here = (path: string): string => relative(root, resolve(path))
        return { ...told, files: told.files.map((file) => ({ ...file, path: here(file.path) })) }
      }
      const names = [...new Set(known.map(({ name }) => name))].slice(0, 20).join(', ')
      throw new AftergreenError('CONFIG_ENVIRONMENT', `There is no environment ${text}.`, {
        hint: `${names === '' ? 'None was found' : `Found: ${names}`}. Name its files: ${text}=FILE,FILE`,
      })
    }),
  )
  if (plans[0]?.name === plans[1]?.name) {
    throw new AftergreenError('USAGE', 'Both environments have the same name.', {
      hint: 'Compare two: aftergreen config diff staging production.',
    })
  }
  return plans
}
