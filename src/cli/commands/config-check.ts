import { readFile, stat } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { Command } from 'commander'

import type { ParsedContract } from '../../config/contract/parse-contract.ts'
import type { LoadedEnvironment } from '../../config/repository/load-environments.ts'
import { AftergreenError } from '../../errors.ts'
import type { ReportFlags } from '../config-output.ts'
import {
  addReportOptions,
  checkReportFlags,
  configExitCodeHelp,
  reportOutcome,
} from '../config-output.ts'
import { repositoryFolder } from '../repository-folder.ts'
import type { Terminal } from '../terminal.ts'
import { cleanText } from '../wrap-text.ts'

interface CheckFlags extends ReportFlags {
  path: string
  environment?: string
  contract?: string
  today?: string
  code: boolean
  cache: string | false
}

export function configCheckCommand(terminal: Terminal): Command {
  return addReportOptions(
    new Command('check')
      .description(
        'hold the environments against the contract and against built-in rules that need none',
      )
      .argument(
        '[file...]',
        'files of environments: a path, or name=path,path; or one folder, as --path',
      )
      .option('--path <folder>', 'folder of the repository', '.')
      .option('--environment <name>', 'tell only what concerns this environment')
      .option('--contract <file>', 'the contract (default: config.contract.yaml, where it exists)')
      .option('--today <date>', 'the day that reviewBy and expires are held against')
      .option('--no-code', 'do not look at what the code reads')
      .option('--cache <folder>', 'where facts about files are kept between runs')
      .option('--no-cache', 'keep nothing'),
  )
    .addHelpText(
      'after',
      `
Environments are those given, else those of the contract, else those that file names tell (.env.production,
overlays/staging/, compose.prod.yaml, prod.tfplan.json). Values are never printed.
Examples:
  aftergreen config check
  aftergreen config check production=.env.production staging=deploy/staging.yaml
  aftergreen config check --environment production --github
${configExitCodeHelp}`,
    )
    .action(async (files: string[], flags: CheckFlags) => {
      // the other commands take the folder so
      const [only = '', ...more] = files
      const folder = more.length === 0 && flags.path === '.' && (await isFolder(only))
      process.exitCode = folder
        ? await check([], { ...flags, path: only }, terminal)
        : await check(files, flags, terminal)
    })
}

async function isFolder(path: string): Promise<boolean> {
  return path !== '' && (await stat(path).catch(() => undefined))?.isDirectory() === true
}

async function check(told: string[], flags: CheckFlags, terminal: Terminal): Promise<number> {
  const partial = flags.environment !== undefined
  checkReportFlags(flags, { partial })
  const today = dayOf(flags.today)
  const root = await repositoryFolder(flags.path)
  const { parsed, file } = await contractOf(flags, root)
  const [repository, planning, loading, report] = await Promise.all([
    import('../../config/repository/look-at-repository.ts'),
    import('../../config/repository/plan-environments.ts'),
    import('../../config/repository/load-environments.ts'),
    import('../../config/rules/check-report.ts'),
  ])
  const { cacheFolder } = await import('../../config/scan/facts-cache.ts')
  const { accessorsOf } = await import('../../config/repository/contract-accessors.ts')
  const cache = typeof flags.cache === 'string' ? flags.cache : cacheFolder(terminal.env)
  const looked = await repository.lookAtRepository(root, {
    code: flags.code,
    ...(flags.cache === false ? {} : { cache }),
    ...(parsed !== undefined && { accessors: accessorsOf(parsed.contract?.accessors) }),
  })
  const here = told.map((text) => fromRoot(text, root))
  const planned = planning.planEnvironments(here, parsed?.contract, looked.files)
  const environments = loading.loadEnvironments(root, planned.plans, looked.files)
  const { environment: only } = flags
  if (only !== undefined && !environments.some(({ name }) => name === only)) {
    const names = environments.slice(0, 20).map(({ name }) => name)
    throw new AftergreenError('CONFIG_ENVIRONMENT', `There is no environment ${only}.`, {
      hint: names.length === 0 ? 'None was found.' : `There are: ${names.join(', ')}.`,
    })
  }
  const answer = report.checkReport({
    environments,
    planned,
    today,
    declarations: looked.declarations,
    ...(looked.reads === undefined ? {} : { reads: looked.reads }),
    readsOpenly: looked.readsOpenly,
    ...(parsed?.contract === undefined
      ? {}
      : { contract: parsed.contract, placeOf: parsed.placeOf }),
    problems: parsed?.problems ?? [],
    ...(only === undefined ? {} : { only }),
  })
  return reportOutcome(answer, flags, terminal, {
    partial,
    json: {
      environments: environments.map(({ name, kind, files, bindings }) => ({
        name,
        kind,
        files: files.map(({ path }) => path),
        bindings: bindings.length,
      })),
      contract: parsed === undefined ? null : file,
    },
    details: () => environmentLines(environments).join('\n'),
  })
}

function environmentLines(environments: readonly LoadedEnvironment[]): string[] {
  const width = Math.max(0, ...environments.map(({ name }) => Math.min(name.length, 30)))
  return environments.slice(0, 40).map(({ name, kind, files }) => {
    const paths = files.slice(0, 3).map(({ path }) => path)
    const more = files.length > 3 ? ` and ${files.length - 3} more` : ''
    const said = kind === name || kind === 'other' ? '' : ` (${kind})`
    return cleanText(`  ${name.padEnd(width)}${said}  ${paths.join(', ')}${more}`)
  })
}

async function contractOf(
  { contract }: CheckFlags,
  root: string,
): Promise<{ parsed?: ParsedContract; file: string }> {
  const path = contract === undefined ? resolve(root, 'config.contract.yaml') : resolve(contract)
  const file = relative(root, path).replaceAll('\\', '/')
  let text
  try {
    const { size } = await stat(path)
    text = size > 16_000_000 ? ' '.repeat(5_000_000) : await readFile(path, 'utf8')
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (missing && contract === undefined) return { file }
    throw new AftergreenError('CONFIG_CONTRACT', `The contract ${path} cannot be read.`, {
      hint: 'Give the path of a file that exists, or write one with: aftergreen config init',
      cause: error,
    })
  }
  const { parseContract } = await import('../../config/contract/parse-contract.ts')
  return { parsed: parseContract(text, file), file }
}

/** A path of the command line as the repository's root sees it. */
function fromRoot(text: string, root: string): string {
  const sign = /^[\w.-]{1,100}=/.exec(text)?.[0] ?? ''
  return (
    sign +
    text
      .slice(sign.length)
      .split(sign === '' ? '\0' : ',')
      .map((path) => relative(root, resolve(path)))
      .join(',')
  )
}

function dayOf(text: string | undefined): string {
  if (text === undefined) return new Date().toISOString().slice(0, 10)
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== text) {
    throw new AftergreenError('USAGE', `${text} is no date.`, {
      hint: 'Give one such as 2027-01-31.',
    })
  }
  return text
}
