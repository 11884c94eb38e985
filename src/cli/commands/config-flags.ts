import { readFile, stat } from 'node:fs/promises'
import { Command, InvalidArgumentError, Option } from 'commander'

import type { FlagEvidence } from '../../config/flags/flag-evidence.ts'
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
import { repositoryFolder } from '../repository-folder.ts'
import type { Terminal } from '../terminal.ts'

interface FlagsFlags extends ReportFlags {
  export?: { environment: string | undefined; path: string }[]
  code: boolean
  evidence?: string
  server?: string
  since: string
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
      .addOption(
        new Option(
          '--server <url>',
          'count the evaluations in the telemetry of this server instead',
        ).conflicts('evidence'),
      )
      .option('--since <time>', 'how far back: a duration, or a time in ISO 8601', '7d')
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
  aftergreen config flags --server http://127.0.0.1:4319 --since 30d
${configExitCodeHelp}`,
    )
    .action(async (path: string, flags: FlagsFlags) => {
      process.exitCode = await run(path, flags, terminal)
    })
}

async function run(path: string, flags: FlagsFlags, terminal: Terminal): Promise<number> {
  checkReportFlags(flags)
  await repositoryFolder(path)
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
  const seen =
    flags.server === undefined
      ? undefined
      : await evaluationsOn(flags.server, flags.since, terminal)
  const evidence =
    flags.evidence === undefined
      ? seen?.evidence
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
      ...(seen === undefined ? [] : [seen.words]),
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

async function evaluationsOn(
  server: string,
  since: string,
  terminal: Terminal,
): Promise<{ evidence: FlagEvidence; words: string }> {
  const [{ createApiClient }, { parseEvidence }] = await Promise.all([
    import('../api-client.ts'),
    import('../../config/flags/flag-evidence.ts'),
  ])
  const seen = await createApiClient(server, terminal.env['AFTERGREEN_TOKEN']).flagEvaluations(
    since,
  )
  const { evaluations, complete } = seen
  if (!complete)
    terminal.note('There are more combinations of flag, variant and environment than counted.')
  const flags = new Set(evaluations.map(({ flag }) => flag)).size
  const all = evaluations.reduce((sum, { count }) => sum + count, 0)
  return {
    evidence: parseEvidence(JSON.stringify(seen), 'The answer of the server'),
    words: `${countOf(all, 'evaluation')} of ${countOf(flags, 'flag')} in telemetry since ${seen.since}`,
  }
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
