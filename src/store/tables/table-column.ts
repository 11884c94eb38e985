import { quotedText } from '../sql-text.ts'

/** One physical column of an event table. */
export interface TableColumn {
  readonly name: string
  /** ClickHouse type, spelled exactly as the engine prints it: it is also the type in a Native block. */
  readonly type: string
  readonly codec?: string
  /** Filled in by the engine, not part of an insert. */
  readonly default?: string
  readonly comment?: string
}

export const timestamp = "DateTime64(9, 'UTC')"
export const word = 'LowCardinality(String)'

const timeCodec = 'Delta(8), ZSTD(1)'

export const timeColumn = (name: string): TableColumn => ({
  name,
  type: timestamp,
  codec: timeCodec,
})
export const textColumn = (name: string): TableColumn => ({
  name,
  type: 'String',
  codec: 'ZSTD(1)',
})
export const wordColumn = (name: string): TableColumn => ({ name, type: word, codec: 'ZSTD(1)' })
export const listColumn = (name: string, type: string): TableColumn => ({
  name,
  type: `Array(${type})`,
  codec: 'ZSTD(1)',
})

/** An Enum8 whose numbers are those of the OTLP enumeration. */
export const enumColumn = (name: string, values: readonly string[]): TableColumn => ({
  name,
  type: `Enum8(${values.map((value, number) => `'${value}' = ${number}`).join(', ')})`,
})

/** Who sent the row: the same in every table; an empty string means absent. */
export const originColumns: readonly TableColumn[] = [
  'service',
  'service_version',
  'environment',
  'service_instance',
  'scope_name',
  'scope_version',
].map(wordColumn)

export const receivedColumn: TableColumn = {
  name: 'received',
  type: "DateTime64(3, 'UTC')",
  default: 'now64(3)',
  codec: timeCodec,
}

/** Which insert brought the row: see `mark-block.ts`. */
export const segmentColumn: TableColumn = {
  name: 'segment',
  type: 'UInt64',
  default: '0',
  codec: 'ZSTD(1)',
  comment: 'mark of the insert that brought the row',
}

/** One line of a CREATE TABLE statement. */
export function columnDefinition(column: TableColumn): string {
  return [
    `\`${column.name}\` ${column.type}`,
    column.default === undefined ? '' : ` DEFAULT ${column.default}`,
    column.comment === undefined ? '' : ` COMMENT ${quotedText(column.comment)}`,
    column.codec === undefined ? '' : ` CODEC(${column.codec})`,
  ].join('')
}
