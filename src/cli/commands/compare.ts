import { isatty } from 'node:tty'
import { Command, InvalidArgumentError, Option } from 'commander'

import type { Comparison } from '../../cohorts/compare/comparison.ts'
import { parseWholeNumber } from '../parse-option.ts'
import type { Terminal } from '../terminal.ts'
import { checkCompareFlags, type CompareFlags } from './compare-flags.ts'

export function compareCommand(terminal: Terminal): Command {
  return new Command('compare')
    .description(
      'find out in which cohorts two populations of requests, or of rows of a file, differ',
    )
    .optionsGroup('Requests of a service, on a server:')
    .option('--service <name>', 'the service whose requests are compared')
    .addOption(
      new Option('--server <url>', 'address of the server')
        .env('AFTERGREEN_SERVER')
        .default('http://127.0.0.1:4319'),
    )
    .option('--environment <name>', 'only requests of this environment')
    .option('--since <time>', 'from when on: 90m, 2h, 2026-11-23T10:00:00Z (default: 1h)')
    .option('--until <time>', 'until when (default: now)')
    .option('--candidate-window <span>', 'compare two spans of time: the newer one, 1h..now')
    .option('--baseline-window <span>', 'the older one, 2h..1h')
    .optionsGroup('Rows of a file, without a server:')
    .option('--file <path>', 'CSV, Parquet or JSON lines; may be given several times', collect)
    .option('--format <name>', 'what the file is, where its name does not tell')
    .option('--bad <filter>', 'which rows are bad')
    .option('--bad-count <column>', 'how many of the events of a row are bad')
    .option('--weight <column>', 'how many events a row stands for')
    .option('--slow <column>', 'how long it took: compares latency')
    .option('--operation <column>', 'rows with the same one are comparable in latency')
    .option('--actual <column>', 'an amount to compare with --expected, instead of two sides')
    .option('--expected <column>', 'the amount that was expected')
    .optionsGroup('Both:')
    .option('--candidate <filter>', 'the side that may have changed: service.version = "2.1"')
    .option('--baseline <filter>', 'what it is compared with (default: everything else)')
    .option('--measure <names>', 'rate, latency, volume; several with commas', parseMeasures)
    .addOption(
      new Option('--max-order <n>', 'most conditions of a cohort, 1 to 6 (default: 3)').argParser(
        parseOrder,
      ),
    )
    .option('--unit <name>', 'attribute or column whose values are independent: user_id')
    .option('--ignore <names>', 'attributes to leave out, with commas; * is anything', parseNames)
    .option(
      '--include <names>',
      'attributes to search although they look like outcomes',
      parseNames,
    )
    .addOption(
      new Option('--limit <n>', 'most findings, 1 to 50 (default: 20)').argParser(parseLimit),
    )
    .option('--json', 'print one JSON document on standard output')
    .addHelpText(
      'after',
      `
Ctrl-C ends the search with what was found until then; Ctrl-C again ends at once.
Examples:
  aftergreen compare --service checkout --candidate 'service.version = "2.1"'
  aftergreen compare --service checkout --candidate 'service.version = "2.1"' --baseline 'service.version = "2.0"' --since 6h
  aftergreen compare --service checkout --candidate-window 1h..now --baseline-window 25h..24h --measure rate,volume
  aftergreen compare --file rows.parquet --candidate 'side = 1' --bad 'status >= 500' --slow duration_ms
  aftergreen compare --file daily.csv --candidate 'day = "2026-11-23"' --bad-count failed --weight requests
  aftergreen compare --file sales.csv --actual real --expected predicted
  aftergreen compare --file rows.jsonl --candidate 'variant = "b"' --bad 'ok = false' --unit user_id --json
Exit codes:
  0   no cohort changed more than the rest, and everything was searched
  1   at least one did
  2   not everything was searched, or there is too little to say anything
  64  wrong usage
  70  something failed inside`,
    )
    .action(async (flags: CompareFlags) => {
      process.exitCode = await compare(flags, terminal)
    })
}

async function compare(flags: CompareFlags, terminal: Terminal): Promise<number> {
  const wanted = checkCompareFlags(flags)
  const [{ CompareProgressLine }, { stopTwice }, { renderComparison }] = await Promise.all([
    import('../compare-progress.ts'),
    import('../stop-twice.ts'),
    import('../render-comparison.ts'),
  ])
  const line = new CompareProgressLine(isatty(2) ? (text) => void process.stderr.write(text) : null)
  const stopping = stopTwice(() => {
    line.clear()
    terminal.note('Ending with what was found until now. Ctrl-C again ends at once.')
  })
  const { finish, stop } = stopping
  const onProgress = line.update.bind(line)
  let comparison: Comparison
  try {
    if (wanted.kind === 'file') {
      const { compareFile } = await import('./compare-file.ts')
      comparison = await compareFile(wanted, { finish, stop, onProgress })
    } else {
      const { compareOnServer } = await import('../server-comparison.ts')
      const token = terminal.env['AFTERGREEN_TOKEN']
      const { server, request } = wanted
      comparison = await compareOnServer(request, { server, token, finish, stop, onProgress })
    }
  } finally {
    line.clear()
    stopping.release()
  }
  const { colour, width } = terminal
  terminal.say(
    flags.json
      ? JSON.stringify(comparison, null, 2)
      : renderComparison(comparison, { colour: colour.out, width }),
  )
  return exitCodeOf(comparison)
}

/** Too few events to find anything are no "nothing found". */
export function exitCodeOf(comparison: Comparison): number {
  const { findings, complete, power, globals, searched } = comparison
  if (findings.length > 0) return 1
  if (searched.attributes === 0) return 2
  const { smallestShare, smallestEffect } = power
  const hasPower = smallestShare !== null || smallestEffect !== null
  const isShare = globals.some(({ measure }) => measure !== 'volume' && measure !== 'actual')
  return complete && (hasPower || !isShare) ? 0 : 2
}

function collect(path: string, earlier: string[] = []): string[] {
  return [...earlier, path]
}

function parseNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.every((name) => name !== '')) return names
  throw new InvalidArgumentError('Give names with commas between them.')
}

const measures = ['rate', 'latency', 'volume'] as const

function parseMeasures(text: string): (typeof measures)[number][] {
  const wanted = parseNames(text).map((name) => measures.find((measure) => measure === name))
  if (wanted.every((measure) => measure !== undefined)) return [...new Set(wanted)]
  throw new InvalidArgumentError('Give rate, latency or volume, several with commas.')
}

function parseOrder(text: string): number {
  const order = parseWholeNumber(text)
  if (order >= 1 && order <= 6) return order
  throw new InvalidArgumentError('Give a number from 1 to 6.')
}

function parseLimit(text: string): number {
  const limit = parseWholeNumber(text)
  if (limit >= 1 && limit <= 50) return limit
  throw new InvalidArgumentError('Give a number from 1 to 50.')
}
