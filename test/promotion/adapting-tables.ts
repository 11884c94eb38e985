import { Readable } from 'node:stream'
import { ColumnBatch } from '../../src/otlp/column-batch.ts'
import { decodeExport } from '../../src/otlp/decode-export.ts'
import { encodeMessage, requestTypes } from '../../src/otlp/testing/otlp-proto.ts'
import type { AttributeType } from '../../src/otlp/attribute-type.ts'
import { attributeExpression } from '../../src/store/attribute-expression.ts'
import type { Engine } from '../../src/store/engine/engine.ts'
import { migrate } from '../../src/store/migrations.ts'
import { encodeNative } from '../../src/store/native/encode-native.ts'
import type { NativeBlock } from '../../src/store/native/encode-native.ts'
import { ColumnPromotion } from '../../src/store/promotion/column-promotion.ts'
import type { ColumnPromotionOptions } from '../../src/store/promotion/column-promotion.ts'
import { queryRows } from '../../src/store/query-rows.ts'

export type Attributes = Readonly<Record<string, string | number | boolean | { double: number }>>

let next = 0

/** One process that writes to the tables of a database of its own, or of another one. */
export class AdaptingTables {
  readonly engine: Engine
  readonly database: string
  readonly promotion: ColumnPromotion
  readonly lines: string[]

  private constructor(
    engine: Engine,
    database: string,
    promotion: ColumnPromotion,
    lines: string[],
  ) {
    this.engine = engine
    this.database = database
    this.promotion = promotion
    this.lines = lines
  }

  static async open(
    engine: Engine,
    database = `adapting${next++}`,
    options: Partial<ColumnPromotionOptions> = {},
  ): Promise<AdaptingTables> {
    const client = await engine.client('admin')
    await migrate(client, database)
    const lines: string[] = []
    const promotion = await ColumnPromotion.start({
      engine,
      database,
      alone: true,
      log: (line) => lines.push(line),
      ddl: async (query) => {
        await client.command({ query })
      },
      // only when a test says so
      every: 3_600_000,
      refreshEvery: 3_600_000,
      activeAfter: 0,
      ...options,
      policy: { minRows: 1, rounds: 1, ...options.policy },
    })
    return new AdaptingTables(engine, database, promotion, lines)
  }

  /** The rows as this process would write them now. */
  encode(rows: readonly Attributes[], service = 'shop'): NativeBlock {
    const batch = new ColumnBatch('traces')
    decodeExport('traces', 'protobuf', exportRequest(rows, service), batch)
    return this.encodeBatch(batch)
  }

  encodeBatch(batch: ColumnBatch): NativeBlock {
    const { columns, bytes } = encodeNative(batch, this.promotion.writer(batch))
    return { columns, bytes: Buffer.from(bytes) }
  }

  async insert({ columns, bytes }: NativeBlock): Promise<void> {
    const client = await this.engine.client('admin')
    const names = columns.map((name) => `\`${name}\``).join(', ')
    const { stream } = await client.exec({
      query: `INSERT INTO ${this.database}.spans (${names}) FORMAT Native`,
      values: Readable.from([bytes], { objectMode: false }),
    })
    stream.destroy()
  }

  async write(rows: readonly Attributes[], service?: string): Promise<void> {
    await this.insert(this.encode(rows, service))
  }

  async query<T>(sql: string): Promise<T[]> {
    return await queryRows<T>(this.engine, sql, {}, { as: 'admin' })
  }

  async command(query: string): Promise<void> {
    await (await this.engine.client('admin')).command({ query })
  }

  /** Values of an attribute and how many rows have each, as questions see them. */
  async values(key: string, type: AttributeType, where = '1'): Promise<Record<string, number>> {
    const expression = attributeExpression(this.promotion.reader('traces'), key, type)
    const rows = await this.query<{ value: unknown; rows: number }>(
      `SELECT ${expression} AS value, count() AS rows FROM ${this.database}.spans WHERE ${where} GROUP BY value`,
    )
    return Object.fromEntries(rows.map(({ value, rows }) => [String(value), rows]))
  }

  /** A process that begins when the time has come to fill the column of a key. */
  async whenActive(key: string, type: AttributeType): Promise<AdaptingTables> {
    await this.command(
      `ALTER TABLE ${this.database}.spans COMMENT COLUMN ${this.column(key, type)} 'attribute:${type}@1:${key}'`,
    )
    return await AdaptingTables.open(this.engine, this.database)
  }

  /** The column of a key; undefined where it has none. */
  column(key: string, type: AttributeType): string | undefined {
    return this.promotion.reader('traces').promoted.get(`${type}:${key}`)
  }
}

function exportRequest(rows: readonly Attributes[], service: string): Uint8Array {
  const start = BigInt(Date.now()) * 1_000_000n
  return encodeMessage(requestTypes.traces, {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
        scopeSpans: [
          {
            spans: rows.map((attributes, i) => ({
              traceId: identifier(16, i + 1),
              spanId: identifier(8, i + 1),
              name: `span ${i}`,
              startTimeUnixNano: String(start + BigInt(i)),
              endTimeUnixNano: String(start + BigInt(i) + 5n),
              attributes: Object.entries(attributes).map(([key, value]) => ({
                key,
                value: anyValue(value),
              })),
            })),
          },
        ],
      },
    ],
  })
}

function identifier(length: number, number: number): Buffer {
  const bytes = Buffer.alloc(length)
  bytes.writeUInt32BE(number, length - 4)
  return bytes
}

function anyValue(value: Attributes[string]) {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return typeof value === 'number' ? { intValue: value } : { doubleValue: value.double }
}
