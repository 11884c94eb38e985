/** How every `config` command answers: the flags, the baseline file, the writers and the exit code. */
import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { Baseline, BaselineEntry } from '../config/baseline/baseline.ts'
import {
  applyBaseline,
  baselineText,
  nextBaseline,
  parseBaseline,
} from '../config/baseline/baseline.ts'
import type { ConfigReport } from '../config/config-report.ts'
import { exitCodeOf } from '../config/config-report.ts'
import { countOf } from '../config/report/finding-words.ts'
import { githubAnnotations } from '../config/report/github-annotations.ts'
import { junitText } from '../config/report/junit.ts'
import { markdownText } from '../config/report/markdown.ts'
import { sarifText } from '../config/report/sarif.ts'
import { AftergreenError } from '../errors.ts'
import { ownPackage } from '../server/own-package.ts'
import { renderConfigReport } from './render-config.ts'
import type { RenderOptions } from './render-verdict.ts'
import type { Terminal } from './terminal.ts'

export interface ReportFlags {
  json?: true
  /** A path, or `-` for standard output; so are `junit` and `markdown`. */
  sarif?: string
  junit?: string
  markdown?: string
  github?: true
  baseline?: string
  updateBaseline?: true
  baselineMayGrow?: true
  reason?: string
}

export interface ReportExtras {
  /** Fields that the JSON document has beside those of the report. */
  json?: Record<string, unknown>
  /** Text between the headline and the findings. */
  details?: (options: RenderOptions) => string
  /** Only a part was looked at: what is not found is not gone from the baseline, and it cannot be updated. */
  partial?: boolean
  /** Between the root of the repository and the folder that was looked at, with a slash at its end. */
  pathPrefix?: string
}

export const configExitCodeHelp = `Exit codes:
  0   nothing found, and everything was analysed
  1   findings
  2   no findings, but not everything could be analysed
  64  wrong usage
  70  something failed inside`

/** `withReason: false` for a command that has a `--reason` of its own. */
export function addReportOptions(command: Command, { withReason = true } = {}): Command {
  command
    .option('--json', 'print one JSON document on standard output')
    .option('--sarif <file>', 'write SARIF 2.1.0; - is standard output')
    .option('--junit <file>', 'write JUnit XML; - is standard output')
    .option('--markdown <file>', 'write a summary in Markdown; - is standard output')
    .option('--github', 'print annotations for GitHub Actions')
    .option('--baseline <file>', 'accept the findings that this file lists')
    .option('--update-baseline', 'write the baseline file: begin it, or remove what is gone')
    .option('--baseline-may-grow', 'with --update-baseline and --reason: accept new findings too')
  if (withReason) command.option('--reason <text>', 'why the baseline may grow')
  return command
}

/** Writes and prints what was asked for, and returns the exit code. */
export async function reportOutcome(
  report: ConfigReport,
  flags: ReportFlags,
  terminal: Terminal,
  extras: ReportExtras = {},
): Promise<0 | 1 | 2> {
  checkReportFlags(flags, extras)
  const { report: told, gone } = await withBaseline(report, flags, terminal, extras)
  const { version } = ownPackage()
  const documents: [string | undefined, () => string][] = [
    [flags.json ? '-' : undefined, () => jsonText(told, extras, gone)],
    [flags.sarif, () => sarifText(told, version)],
    [flags.junit, () => junitText(told)],
    [flags.markdown, () => markdownText(told)],
  ]
  let printed = false
  for (const [target, text] of documents) {
    if (target === undefined) continue
    if (target === '-') {
      terminal.say(text().replace(/\n$/, ''))
      printed = true
    } else await writeWhole(target, text())
  }
  if (!printed) {
    const options = { colour: terminal.colour.out, width: terminal.width }
    const details = extras.details?.(options)
    terminal.say(
      renderConfigReport(told, options, {
        gone: flags.updateBaseline ? 0 : gone.length,
        ...(details === undefined ? {} : { details }),
      }),
    )
  }
  if (flags.github) {
    for (const line of githubAnnotations(told, extras.pathPrefix)) terminal.say(line)
  }
  return exitCodeOf(told)
}

/** @throws USAGE; long commands call it before they begin. */
export function checkReportFlags(flags: ReportFlags, { partial = false }: ReportExtras = {}): void {
  const targets = [flags.json ? '-' : undefined, flags.sarif, flags.junit, flags.markdown]
  const documents = targets.filter((target) => target === '-').length
  if (documents > 1 || (documents === 1 && flags.github)) {
    throw new AftergreenError('USAGE', 'Only one of the reports can go to standard output.', {
      hint: 'Give the others a file: --sarif report.sarif.',
    })
  }
  if ((flags.updateBaseline || flags.baselineMayGrow) && flags.baseline === undefined) {
    throw new AftergreenError('USAGE', 'There is no baseline file to update.', {
      hint: 'Name it with --baseline FILE.',
    })
  }
  if (flags.baselineMayGrow && (!flags.updateBaseline || (flags.reason ?? '').trim() === '')) {
    throw new AftergreenError('USAGE', 'A baseline file grows only with a reason.', {
      hint: 'Give --update-baseline --baseline-may-grow --reason TEXT.',
    })
  }
  if (partial && flags.updateBaseline) {
    throw new AftergreenError('USAGE', 'A part of the answer cannot update the baseline file.', {
      hint: 'Leave out what narrows the answer, such as --component.',
    })
  }
}

function jsonText(report: ConfigReport, extras: ReportExtras, gone: BaselineEntry[]): string {
  const document = { ...report, baselineGone: gone, exitCode: exitCodeOf(report), ...extras.json }
  return JSON.stringify(document, null, 2)
}

async function withBaseline(
  report: ConfigReport,
  { baseline: path, updateBaseline, baselineMayGrow, reason }: ReportFlags,
  terminal: Terminal,
  { partial = false }: ReportExtras,
): Promise<{ report: ConfigReport; gone: BaselineEntry[] }> {
  if (path === undefined) return { report, gone: [] }
  const before = await readBaseline(path)
  if (before === undefined && !updateBaseline) {
    throw new AftergreenError('CONFIG_BASELINE', `There is no baseline file ${path}.`, {
      hint: 'Begin it with --update-baseline.',
    })
  }
  let baseline: Baseline = before ?? { version: 1, entries: [] }
  let gone: BaselineEntry[] = []
  if (updateBaseline) {
    const next = nextBaseline(report, before, {
      mayGrow: before === undefined || baselineMayGrow === true,
      ...(before === undefined || reason === undefined ? {} : { reason }),
    })
    baseline = next.baseline
    gone = next.gone
    await writeWhole(path, baselineText(baseline))
    const entries = (count: number): string => countOf(count, 'entry', 'entries')
    terminal.note(
      `${path}: ${entries(next.added.length)} added, ${entries(gone.length)} removed, ${baseline.entries.length} in all.`,
    )
  }
  const applied = applyBaseline(report, baseline)
  return { report: applied.report, gone: updateBaseline ? gone : partial ? [] : applied.gone }
}

async function readBaseline(path: string): Promise<Baseline | undefined> {
  try {
    const { size } = await stat(path)
    if (size > 64_000_000) {
      throw new AftergreenError(
        'CONFIG_BASELINE',
        `The baseline file ${path} is larger than 64 MB.`,
      )
    }
    return parseBaseline(await readFile(path, 'utf8'), path)
  } catch (error) {
    if (isMissing(error)) return undefined
    if (error instanceof AftergreenError) throw error
    throw new AftergreenError('CONFIG_BASELINE', `The baseline file ${path} cannot be read.`, {
      hint: 'It must be a file that this user may read.',
      cause: error,
    })
  }
}

/** Whole or not at all; what is no ordinary file (a pipe, a device) is written to as it is. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}`
  try {
    const known = await stat(path).catch(() => undefined)
    if (known !== undefined && !known.isFile()) {
      await writeFile(path, text)
      return
    }
    await writeFile(temporary, text)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw new AftergreenError('CONFIG_OUTPUT', `The file ${path} cannot be written.`, {
      hint: 'The folder must exist, and this user must be allowed to write in it.',
      cause: error,
    })
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
