import { readFile, stat } from 'node:fs/promises'
import { Command, InvalidArgumentError } from 'commander'

import type { FlagsRead } from '../../config/flags/readers/flags-read.ts'
import { countOf } from '../../config/report/finding-words.ts'
import { AftergreenError } from '../../errors.ts'
import {
  addReportOptions,
  checkReportFlags,
  configExitCodeHelp,
  reportOutcome,
} from '../config-output.ts'
import type { ReportFlags } from '../config-output.ts'
import type { Terminal } from '../terminal.ts'

interface FlagsFlags extends ReportFlags {
  export?: { environment: string | undefined; path: string }[]
  code: boolean
  evidence?: string
  today?: number
  table?: true
}

export function configFlagsCommand(terminal: Terminal): Command {
  return addReportOptions(
    new Command('flags')
      .description(
        'what each feature flag decides in each environment, and what the code takes alone',
      )
      .argument('[path]', 'folder of the repository', '.')
      .option(
        '--export <[environment=]file>',
        'an export of flagd, Unleash, LaunchDarkly or GrowthBook; may be given several times (default: those in the folder)',
        collectExport,
      )
      .option('--no-code', 'do not look for flags in the code')
      .option(
        '--evidence <file>',
        'JSON with counts of evaluations by flag, environment and variant',
      )
      .option('--today <date>', 'the day that ages are counted to, such as 2026-11-23', parseDay)
      .option('--table', 'print the decision table of every flag, not only of those with findings'),
  )
    .addHelpText(
      'after',
      `
Examples:
  aftergreen config flags
  aftergreen config flags --export production=unleash-prod.json --export staging=unleash-stage.json
  aftergreen config flags --export launchdarkly.json --evidence evaluations.json --table
${configExitCodeHelp}`,
    )
    .action(async (path: string, flags: FlagsFlags) => {
      process.exitCode = await run(path, flags, terminal)
    })
}

async function run(path: string, flags: FlagsFlags, terminal: Terminal): Promise<number> {
  checkReportFlags(flags)
  const folder = await stat(path).catch(() => undefined)
  if (folder?.isDirectory() !== true) {
    throw new AftergreenError('CONFIG_ROOT', `There is no folder ${path}.`, {
      hint: 'Give the folder of a repository, or run the command in it.',
    })
  }
  const [
    { walkRepository },
    { findExports },
    { scanEvaluations },
    { checkFlags },
    { parseEvidence },
    { renderFlagTable },
  ] = await Promise.all([
    import('../../config/repository/walk-repository.ts'),
    import('../../config/flags/find-exports.ts'),
    import('../../config/flags/evaluations/scan-evaluations.ts'),
    import('../../config/flags/check-flags.ts'),
    import('../../config/flags/flag-evidence.ts'),
    import('../render-config-flags.ts'),
  ])
  const evidence =
    flags.evidence === undefined
      ? undefined
      : parseEvidence(await textOf(flags.evidence), flags.evidence)
  const listing = await walkRepository(path)
  const read =
    flags.export === undefined
      ? await findExports(path, listing.files)
      : await readGiven(flags.export)
  const keys = new Set(read.flags.map(({ key }) => key))
  const code = flags.code ? await scanEvaluations(path, listing, keys) : undefined
  const { report, table } = checkFlags({
    flags: read.flags,
    unread: [...read.unread, ...(code?.unread ?? [])],
    today: flags.today ?? Date.now(),
    lookedAt: [
      countOf(read.exports.length, 'export'),
      ...(code === undefined
        ? []
        : [
            countOf(code.sources, 'source file'),
            `${code.evaluations.length} places that ask for a flag`,
          ]),
    ],
    ...(code === undefined ? {} : { code }),
    ...(evidence === undefined ? {} : { evidence }),
  })
  const found = new Set(report.findings.map(({ key }) => key))
  const shown = flags.table ? table : table.filter(({ key }) => found.has(key))
  return reportOutcome(report, flags, terminal, {
    json: { flags: table },
    details: (options) => renderFlagTable(shown, options, flags.table ? Infinity : 20),
  })
}

async function readGiven(
  exports: readonly { environment: string | undefined; path: string }[],
): Promise<FlagsRead & { exports: string[] }> {
  const [{ readFlags }, { environmentOf }] = await Promise.all([
    import('../../config/flags/readers/read-flags.ts'),
    import('../../config/flags/find-exports.ts'),
  ])
  const found: FlagsRead & { exports: string[] } = { flags: [], unread: [], exports: [] }
  for (const { environment, path } of exports) {
    const text = await textOf(path)
    const named = environment !== undefined
    const read = readFlags({
      file: path,
      text,
      environment: environment ?? environmentOf(path),
      named,
    })
    found.flags.push(...read.flags)
    found.unread.push(...read.unread)
    found.exports.push(path)
  }
  return found
}

async function textOf(path: string): Promise<string> {
  const hint =
    'Give a file that is there, that this user may read, and that is smaller than 256 MB.'
  const file = await stat(path).catch(() => undefined)
  if (file?.isFile() !== true || file.size > 256_000_000) {
    throw new AftergreenError('USAGE', `The file ${path} cannot be read.`, { hint })
  }
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new AftergreenError('USAGE', `The file ${path} cannot be read.`, { hint, cause })
  }
}

function collectExport(
  text: string,
  earlier: { environment: string | undefined; path: string }[] = [],
): { environment: string | undefined; path: string }[] {
  const [, environment, path = text] = /^([\w.-]{1,100})=(.+)$/.exec(text) ?? []
  return [...earlier, { environment, path }]
}

function parseDay(text: string): number {
  const time = /^\d{4}-\d{2}-\d{2}(T.*)?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw new InvalidArgumentError('Give a day such as 2026-11-23.')
  return time
}
