import { readFile } from 'node:fs/promises'
import { isatty } from 'node:tty'
import { Command, InvalidArgumentError } from 'commander'

import type { ConfigReport } from '../../config/config-report.ts'
import { AftergreenError } from '../../errors.ts'
import { CompareProgressLine } from '../compare-progress.ts'
import {
  addReportOptions,
  checkReportFlags,
  configExitCodeHelp,
  reportOutcome,
} from '../config-output.ts'
import type { ReportFlags } from '../config-output.ts'
import { parseSeconds } from '../parse-option.ts'
import { readContractFile } from '../read-contract-file.ts'
import { repositoryFolder } from '../repository-folder.ts'
import type { Terminal } from '../terminal.ts'

interface AgeFlags extends ReportFlags {
  olderThan: { months: number; days: number }
  today?: string
  coverage?: string
  contract?: string
  maxSeconds: number
  keys?: true
  cache: string | false
}

export function configAgeCommand(terminal: Terminal): Command {
  return addReportOptions(
    new Command('age')
      .description(
        'when the value of each key last changed, and what happened to its readers since',
      )
      .argument('[path]', 'folder of the repository, in a git clone', '.')
      .option('--older-than <age>', 'what counts as old: 2y, 18m, 26w, 90d', parseAge, {
        months: 24,
        days: 0,
      })
      .option('--today <date>', 'the day to count from, such as 2027-01-31', parseDay)
      .option('--coverage <file>', 'levels that a run reached, from config coverage --json')
      .option('--contract <file>', 'the contract (default: config.contract.yaml in the folder)')
      .option('--max-seconds <n>', 'how long old versions may be read', parseSeconds, 120)
      .option('--keys', 'list every key')
      .option('--cache <folder>', 'where facts about files are kept between runs')
      .option('--no-cache', 'keep nothing'),
  )
    .addHelpText(
      'after',
      `
Every version of every file that sets or declares keys is read as what it is: a new order, other quotes, a renamed file or
a key that moves between files is no change. Old alone is no finding: it takes a key that no test reads, a day of the
contract that is past, or code that was rewritten since.
Examples:
  aftergreen config age
  aftergreen config age --older-than 18m --keys
  aftergreen config age --json | jq '.keys[] | {key, valueChanged}'
${configExitCodeHelp}`,
    )
    .action(async (path: string, flags: AgeFlags) => {
      process.exitCode = await age(path, flags, terminal)
    })
}

async function age(path: string, flags: AgeFlags, terminal: Terminal): Promise<number> {
  checkReportFlags(flags)
  const root = await repositoryFolder(path)
  const contract = await readContractFile(root, flags.contract)
  const coverage = flags.coverage === undefined ? undefined : await readCoverage(flags.coverage)
  const [
    { scanRepository },
    { cacheFolder },
    { measureAges },
    { ageFindings },
    { renderAges },
    { dayBefore },
  ] = await Promise.all([
    import('../../config/scan/scan-repository.ts'),
    import('../../config/scan/facts-cache.ts'),
    import('../../config/age/measure-ages.ts'),
    import('../../config/age/age-findings.ts'),
    import('../render-config-age.ts'),
    import('../../config/age/day-before.ts'),
  ])
  const now = new Date()
  const today = flags.today ?? now.toISOString().slice(0, 10)
  const olderThan = dayBefore(today, flags.olderThan)
  const line = new CompareProgressLine(isatty(2) ? (text) => void process.stderr.write(text) : null)
  let measured
  let scanned
  try {
    line.say('Reading the sources …')
    const cache = typeof flags.cache === 'string' ? flags.cache : cacheFolder(terminal.env)
    scanned = await scanRepository(root, flags.cache === false ? {} : { cache })
    measured = await measureAges(root, {
      reads: scanned.reads,
      files: scanned.files,
      contract,
      now: Math.floor((flags.today === undefined ? now.getTime() : Date.parse(today)) / 1000),
      budgetMs: flags.maxSeconds * 1000,
      progress: (text) => line.say(`${text} …`),
    })
  } finally {
    line.clear()
  }
  const { ages, notAnalysed, commits, versions } = measured
  const findings = ageFindings(ages, { olderThan, today, contract, coverage })
  const valued = ages.filter(({ valueChanged }) => valueChanged !== null)
  const old = valued.filter(({ valueChanged }) => valueChanged!.date < olderThan).length
  const report: ConfigReport = {
    command: 'config age',
    headline:
      valued.length === 0
        ? 'No file of this repository holds a value of a key.'
        : `${old} of ${valued.length} values have not changed since ${olderThan}; ${findings.length} of them are worth a look.`,
    findings,
    accepted: [],
    notAnalysed,
    lookedAt: [`${commits} commits`, `${versions} versions of files`, `${ages.length} keys`],
  }
  return reportOutcome(report, flags, terminal, {
    json: { today, olderThan, historyFrom: measured.historyFrom, keys: ages },
    details: (options) => renderAges(ages, today, options, flags.keys === true),
  })
}

async function readCoverage(file: string): Promise<ReadonlyMap<string, number>> {
  const { coverageLevels } = await import('../../config/age/coverage-levels.ts')
  const text = await readFile(file, 'utf8').catch(() => '')
  const levels = coverageLevels(text)
  if (levels === undefined) {
    throw new AftergreenError('USAGE', `${file} does not tell which levels a run reached.`, {
      hint: 'Give what aftergreen config coverage --json printed.',
    })
  }
  return levels
}

function parseAge(text: string): AgeFlags['olderThan'] {
  const [, amount, unit] = /^(\d{1,4})([ymwd])$/.exec(text) ?? []
  if (amount === undefined) throw new InvalidArgumentError('Give an age such as 2y, 18m or 90d.')
  const count = Number(amount)
  if (unit === 'y') return { months: 12 * count, days: 0 }
  if (unit === 'm') return { months: count, days: 0 }
  return { months: 0, days: unit === 'w' ? 7 * count : count }
}

function parseDay(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new InvalidArgumentError('Give a day such as 2027-01-31.')
  }
  return text
}
