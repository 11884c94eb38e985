import type { MeasuredEngine } from './measured-engine.ts'
import { stage } from './staged-spans.ts'

export interface CodecFigures {
  column: string
  codec: string
  bytesPerSpan: number
  /** Full scan of the column, in ms. */
  scan: number
}

const candidates: readonly (readonly [column: string, type: string, codecs: readonly string[]])[] =
  [
    [
      'time',
      "DateTime64(9, 'UTC')",
      ['Delta(8), ZSTD(1)', 'DoubleDelta, ZSTD(1)', 'Delta(8), ZSTD(3)', 'ZSTD(1)', 'T64, ZSTD(1)'],
    ],
    ['duration', 'UInt64', ['T64, ZSTD(1)', 'ZSTD(1)', "T64('bit'), ZSTD(1)", 'T64']],
    ['trace_id', 'String', ['ZSTD(1)', 'ZSTD(3)', 'LZ4']],
    ['unhex(trace_id)', 'FixedString(16)', ['ZSTD(1)', 'NONE']],
    ['attr_user_id', 'LowCardinality(Nullable(String))', ['ZSTD(1)', 'ZSTD(3)', 'LZ4']],
    ['attr_user_id', 'Nullable(String)', ['ZSTD(1)', 'ZSTD(3)']],
    ['attr_url_path', 'LowCardinality(Nullable(String))', ['ZSTD(1)', 'ZSTD(3)']],
    ['attr_url_path', 'Nullable(String)', ['ZSTD(1)', 'ZSTD(3)']],
    ['attr_http_response_status_code', 'Nullable(Int64)', ['ZSTD(1)', 'T64, ZSTD(1)']],
    ['service', 'LowCardinality(String)', ['ZSTD(1)', 'LZ4']],
    [
      "attributes_double['app.cart.total']",
      'Float64',
      ['ZSTD(1)', 'Gorilla, ZSTD(1)', 'FPC(12), ZSTD(1)', 'ZSTD(3)'],
    ],
  ]

/** Bytes a span of columns under several codecs, sorted by this key, after all merges. */
export async function measureCodecs(
  engine: MeasuredEngine,
  rows: number,
  orderBy: string,
): Promise<CodecFigures[]> {
  const all = candidates.flatMap(([expression, type, codecs]) =>
    codecs.map((codec) => ({ expression, type, codec })),
  )
  const definitions = all.map(({ type, codec }, i) => `c${i} ${type} CODEC(${codec})`)
  const table = 'bench.codecs'
  await engine.command(`CREATE TABLE ${table} (service LowCardinality(String), name LowCardinality(String),
    time DateTime64(9, 'UTC'), ${definitions.join(', ')}) ENGINE = MergeTree ORDER BY ${orderBy}
    SETTINGS min_bytes_for_wide_part = 0`)
  await engine.command(
    `INSERT INTO ${table} SELECT service, name, time, ${all.map(({ expression }) => expression).join(', ')} FROM ${stage}`,
  )
  await engine.command(`OPTIMIZE TABLE ${table} FINAL`)
  const figures: CodecFigures[] = []
  for (const [i, { expression, type, codec }] of all.entries()) {
    const bytes = await engine.bytes(table, `column = 'c${i}'`)
    const { ms } = await engine.ask(`SELECT count() FROM ${table} WHERE NOT ignore(c${i})`, 3)
    figures.push({ column: `${expression} ${type}`, codec, bytesPerSpan: bytes / rows, scan: ms })
  }
  await engine.command(`DROP TABLE ${table} SYNC`)
  return figures
}
