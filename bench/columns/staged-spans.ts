import { ColumnBatch } from '../../src/otlp/column-batch.ts'
import { decodeExport } from '../../src/otlp/decode-export.ts'
import { shopRequest } from '../../src/otlp/testing/shop-spans.ts'
import { createRandom } from '../../src/stats/random.ts'
import { encodeNative } from '../../src/store/native/encode-native.ts'
import { initialLayout } from '../../src/store/tables/table-layout.ts'
import type { MeasuredEngine } from './measured-engine.ts'

/** Spans of all services in the order in which they arrive, with the number `n`, in memory. */
export const stage = 'bench.stage'
/** Midnight of some day. */
export const firstSecond = 1_700_006_400

/** Columns of `bench.spans` that are copied from the stage. */
export async function columnNames(engine: MeasuredEngine): Promise<string> {
  const rows = await engine.query<{ name: string }>(
    `SELECT name FROM system.columns WHERE database = 'bench' AND table = 'spans' ORDER BY position`,
  )
  return rows.map(({ name }) => `\`${name}\``).join(', ')
}

/**
 * The bench's 20-attribute spans, spread over services of unequal traffic, each with operations of its own, which arrive up
 * to a second late; 1 in 50 fails.
 * @param rate spans a second
 */
export async function stageSpans(
  engine: MeasuredEngine,
  rows: number,
  seed: number,
  services: number,
  rate: number,
): Promise<void> {
  const random = createRandom(seed)
  const perBlock = 20_000
  for (let done = 0; done < rows; done += perBlock) {
    const batch = new ColumnBatch('traces')
    for (let part = 0; part < perBlock; part += 1000) {
      decodeExport(
        'traces',
        'protobuf',
        shopRequest(1000, () => random.uniform()),
        batch,
      )
    }
    const { columns, bytes } = encodeNative(batch, initialLayout('traces'))
    await engine.insert('bench.spans', { columns, bytes: Buffer.from(bytes) })
  }
  // unequal shares: the first of 30 services has a quarter of the spans, the last one 1 %
  const service = `toUInt32(floor(pow(${services + 1}, (cityHash64(span_id, 1) % 1000003) / 1000003)) - 1)`
  const second = `${firstSecond} + n / ${rate} - (cityHash64(span_id, 2) % 1000) / 1000`
  await engine.command(`CREATE TABLE ${stage} ENGINE = Memory AS
    SELECT * REPLACE (
      fromUnixTimestamp64Nano(toInt64((${second}) * 1e9)) AS time,
      concat('service-', toString(${service})) AS service,
      concat(name, '/', toString(${service} % 7)) AS name,
      if(attr_http_response_status_code >= 500, 'error', 'unset')::Enum8('unset' = 0, 'ok' = 1, 'error' = 2) AS status,
      CAST(cityHash64(span_id, 3) % 3 + 1, 'Enum8(\\'unspecified\\' = 0, \\'internal\\' = 1, \\'server\\' = 2, \\'client\\' = 3, \\'producer\\' = 4, \\'consumer\\' = 5)') AS kind
    ), rowNumberInAllBlocks() AS n
    FROM (SELECT * FROM bench.spans ORDER BY cityHash64(span_id)) SETTINGS max_threads = 1`)
  await engine.command(`TRUNCATE TABLE bench.spans SYNC`)
}
