/**
 * What columns of their own for the frequent attribute keys cost and bring, how spans are best sorted, and which codecs
 * pay: engine CPU, bytes on disk and questions, side by side in one run. Figures behind docs/decisions 7 and 8.
 *
 *   node bench/columns.ts [--rows 400000] [--services 30] [--rate 2000] [--only columns,keys,codecs] [--seed 1] [--json]
 */
import { parseArgs } from 'node:util'
import { type CodecFigures, measureCodecs } from './columns/codecs.ts'
import { MeasuredEngine } from './columns/measured-engine.ts'
import { type ColumnsFigures, measureColumns } from './columns/promoted-columns.ts'
import { measureSortKeys, type SortKeyFigures } from './columns/sort-keys.ts'
import { stageSpans } from './columns/staged-spans.ts'

const usage = `usage: node bench/columns.ts [--rows 400000] [--services 30] [--rate 2000] [--only columns,keys,codecs] [--seed 1] [--json]
`

function readOptions() {
  const read = () =>
    parseArgs({
      options: {
        rows: { type: 'string', default: '400000' },
        rate: { type: 'string', default: '2000' },
        services: { type: 'string', default: '30' },
        only: { type: 'string', default: 'columns,keys,codecs' },
        seed: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  try {
    return read()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
    return process.exit(64)
  }
}

const values = readOptions()
if (values.help) {
  process.stdout.write(usage)
  process.exit(0)
}
const rows = Number(values.rows)
const seed = Number(values.seed)
const rate = Number(values.rate)
const wanted = new Set(values.only.split(','))
if (!Number.isSafeInteger(rows) || rows < 40_000) {
  process.stderr.write(`--rows must be a number of at least 40000\n${usage}`)
  process.exit(64)
}

const promoted = [0, 32, 64, 128, 256]
const sortKeys = [
  '(service, toDateTime(time))',
  '(service, name, toDateTime(time))',
  '(service, kind, name, toDateTime(time))',
  '(toStartOfFiveMinutes(time), service, name, time)',
  '(service, toStartOfFiveMinutes(time), name, time)',
  '(service, toStartOfHour(time), name, toDateTime(time))',
  '(service, toStartOfHour(time), trace_bucket, name, toDateTime(time))',
]

const result: {
  rows: number
  columns?: ColumnsFigures[]
  keys?: SortKeyFigures[]
  mixed?: ({ orderBy: string } & ColumnsFigures)[]
  codecs?: CodecFigures[]
} = { rows }
const say = (text: string): void => void process.stderr.write(`${text}\n`)

const engine = await MeasuredEngine.start()
try {
  if (wanted.has('columns')) {
    say('columns of their own ...')
    result.columns = await measureColumns(engine, rows, seed, promoted)
  }
  if (wanted.has('keys') || wanted.has('codecs')) {
    say('spans of all services ...')
    await stageSpans(engine, rows, seed, Number(values.services), rate)
  }
  if (wanted.has('keys')) {
    say('sort keys ...')
    result.keys = await measureSortKeys(engine, rows, rate, sortKeys)
    say('sort keys where operations have attributes of their own ...')
    result.mixed = []
    for (const orderBy of sortKeys) {
      const [figures] = await measureColumns(engine, rows, seed, [64], orderBy)
      if (figures) result.mixed.push({ orderBy, ...figures })
    }
  }
  if (wanted.has('codecs')) {
    say('codecs ...')
    result.codecs = await measureCodecs(engine, rows, '(service, name, toDateTime(time))')
  }
} finally {
  await engine.close()
}

if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
else print()

function print(): void {
  const { columns, keys, mixed, codecs } = result
  if (columns) {
    heading(`${rows} spans of 20 attributes out of 400 keys; microseconds of CPU a span`)
    line('promoted', [
      'encode',
      'insert',
      'merge',
      'B/span',
      ...Object.keys(columns[0]?.groupBy ?? {}),
    ])
    for (const { promoted, encode, insert, merge, bytesPerSpan, groupBy } of columns) {
      const times = Object.values(groupBy).map((ms) => ms.toFixed(1))
      line(
        String(promoted),
        [encode, insert, merge].map(two).concat(bytesPerSpan.toFixed(1), times),
      )
    }
  }
  if (keys) {
    heading(
      `sort keys, ${rows} spans; microseconds of CPU a span, then ms and thousands of rows read`,
    )
    for (const { orderBy, insert, merge, bytesPerSpan, asked } of keys) {
      process.stdout.write(`${orderBy}\n`)
      line('  insert, merge, B/span', [two(insert), two(merge), bytesPerSpan.toFixed(1)])
      for (const [name, { ms, rows }] of Object.entries(asked)) {
        line(`  ${name}`, [ms.toFixed(1), (rows / 1000).toFixed(0)])
      }
    }
  }
  if (mixed) {
    heading('sort keys, 60 operations with 20 of 400 keys each')
    line('', ['insert', 'merge', 'B/span'])
    for (const { orderBy, insert, merge, bytesPerSpan } of mixed) {
      line(orderBy, [two(insert), two(merge), bytesPerSpan.toFixed(1)])
    }
  }
  if (codecs) {
    heading('codecs: bytes a span, and ms to read the column')
    for (const { column, codec, bytesPerSpan, scan } of codecs) {
      line(`${column} ${codec}`, [two(bytesPerSpan), scan.toFixed(1)])
    }
  }
}

function heading(text: string): void {
  process.stdout.write(`\n${text}\n`)
}

function line(name: string, cells: readonly string[]): void {
  process.stdout.write(`${name.padEnd(64)}${cells.map((cell) => cell.padStart(9)).join('')}\n`)
}

function two(value: number): string {
  return value.toFixed(2)
}
