import type { ColumnBatch } from '../../otlp/column-batch.ts'
import type { TableLayout } from '../tables/table-layout.ts'
import { AttributeDistributor } from './attribute-distributor.ts'
import type { BlockColumn, BlockColumns } from './block-columns.ts'
import { blockColumns } from './block-columns.ts'
import { ByteWriter } from './byte-writer.ts'
import type { ContextRun } from './context-runs.ts'
import { contextRuns } from './context-runs.ts'
import { isBlankColumn } from './is-blank-column.ts'
import { writeContextColumn } from './write-context-column.ts'
import { writeNulls } from './promoted-column.ts'
import { writeColumn } from './write-column.ts'

/** One block of the ClickHouse Native format: the body of `INSERT INTO table (columns) FORMAT Native`. */
export interface NativeBlock {
  /**
   * The columns to be named in the INSERT: the same for all batches of a layout. The block itself has only those of them in
   * which some row differs from the default; the engine fills in the others (`test/long/native.test.ts`).
   */
  columns: string[]
  bytes: Uint8Array
}

/**
 * Encodes all rows of a batch for a table with this layout. The format: numbers of columns and rows as varints, then for
 * each column its name, its type and its data (ClickHouse src/Formats/NativeWriter.cpp, revision 0).
 */
export function encodeNative(batch: ColumnBatch, layout: TableLayout): NativeBlock {
  const all = blockColumns(layout)
  const names = [...all.fields, ...all.maps, ...all.promoted].map(({ name }) => name)
  body.clear()
  // the numbers of columns and rows, which are known at the end
  body.zeros(headerRoom)
  const written = batch.rows === 0 ? writeNoRows(all) : writeRows(batch, all)
  return { columns: names, bytes: withHeader(written, batch.rows) }
}

// Used again for every block: encoding does not wait for anything, so blocks do not overlap.
const body = new ByteWriter(1024 * 1024)
const distributor = new AttributeDistributor()
const headerRoom = 10

/** The engine fills in columns of blocks that have rows, and no others. Returns how many columns were written. */
function writeNoRows({ fields, maps, promoted }: BlockColumns): number {
  const all = [...fields, ...maps, ...promoted]
  all.forEach(begin)
  return all.length
}

function writeRows(batch: ColumnBatch, { fields, maps, promoted }: BlockColumns): number {
  const runs = contextRuns(batch)
  let written = 0
  for (const field of fields) if (writeField(batch, field, runs)) written++
  distributor.distribute(batch, promoted, runs)
  maps.forEach((column, type) => {
    const map = distributor.maps[type]!
    if (map.keys.length === 0) return
    begin(column)
    map.write(body, batch)
    written++
  })
  promoted.forEach((column, position) => {
    const values = distributor.promoted[position]
    // what the engine would fill in for a later promotion is computed from the map: it is cheaper to say NULL
    if (values === undefined && !column.isLater) return
    begin(column)
    if (values !== undefined) values.write(body, batch)
    else writeNulls(body, column.attributeType, column.isPlain, batch.rows)
    written++
  })
  distributor.release(batch.rows)
  return written
}

/** Returns whether the column was written: all rows but one with a time may have defaults everywhere. */
function writeField(batch: ColumnBatch, field: BlockColumn, runs: readonly ContextRun[]): boolean {
  const name = camelCase(field.name)
  const column = batch.column(name)
  if (column === undefined) return writeContextColumn(body, batch, name, runs, () => begin(field))
  if (name !== 'time' && isBlankColumn(column, batch)) return false
  begin(field)
  writeColumn(body, column, batch)
  return true
}

function begin({ name, type }: BlockColumn): void {
  body.text(name)
  body.text(type)
}

/** A copy of the body that begins with the numbers of columns and rows. */
function withHeader(columns: number, rows: number): Uint8Array {
  const header = new ByteWriter(headerRoom)
  header.varint(columns)
  header.varint(rows)
  const start = headerRoom - header.length
  body.bytes.set(header.finished(), start)
  return body.bytes.slice(start, body.length)
}

const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
