import type { AttributeKey } from '../../../store/attribute-keys.ts'
import { isNumeric, ValueIds } from './value-ids.ts'

/** What is known of units, or of parts of them, by column. */
export interface UnitRows {
  rows: number
  /** Event time of the first span, milliseconds since the epoch. */
  at: Float64Array
  /** Hash of the trace id, 53 bits. */
  trace: Float64Array
  traceIds: string[]
  /** Id among the operations. */
  operation: Uint32Array
  /** Index into the versions in the order of their bytes. */
  version: Uint8Array
  /** Longest span, milliseconds. */
  duration: Float64Array
  failed: Uint8Array
  discovery: Uint8Array
  /** The first 16 span ids of the unit in the order of their bytes, joined with commas. */
  spans: string[]
  /** By `columnId`: ids of values, or numbers with NaN for "absent". */
  attributes: Map<string, Uint32Array | Float64Array>
}

/** What the cells of kept rows mean. */
export interface UnitValues {
  operations: ValueIds
  /** By `columnId`. */
  attributes: Map<string, ValueIds>
}

export const columnId = ({ key, type }: Pick<AttributeKey, 'key' | 'type'>): string =>
  `${type}:${key}`

export const newUnitValues = (): UnitValues => ({
  operations: new ValueIds(),
  attributes: new Map(),
})

export function valuesOf({ attributes }: UnitValues, id: string): ValueIds {
  let found = attributes.get(id)
  if (found === undefined) attributes.set(id, (found = new ValueIds()))
  return found
}

export function emptyRows(rows: number, keys: readonly AttributeKey[]): UnitRows {
  return {
    rows,
    at: new Float64Array(rows),
    trace: new Float64Array(rows),
    traceIds: Array.from<string>({ length: rows }),
    operation: new Uint32Array(rows),
    version: new Uint8Array(rows),
    duration: new Float64Array(rows),
    failed: new Uint8Array(rows),
    discovery: new Uint8Array(rows),
    spans: Array.from<string>({ length: rows }),
    attributes: new Map(
      keys.map((key) => [
        columnId(key),
        isNumeric(key.type) ? new Float64Array(rows).fill(Number.NaN) : new Uint32Array(rows),
      ]),
    ),
  }
}

/** Copies what is not an id and no attribute: ids mean something only among the values of their own table. */
export function copyUnit(from: UnitRows, row: number, to: UnitRows, target: number): void {
  to.at[target] = from.at[row]!
  to.trace[target] = from.trace[row]!
  to.traceIds[target] = from.traceIds[row]!
  to.version[target] = from.version[row]!
  to.duration[target] = from.duration[row]!
  to.failed[target] = from.failed[row]!
  to.discovery[target] = from.discovery[row]!
  to.spans[target] = from.spans[row]!
}

/** Bytes that a row takes in memory, texts included; the values of its attributes are shared. */
export const bytesOfRow = (keys: readonly AttributeKey[]): number =>
  keys.reduce((sum, { type }) => sum + (isNumeric(type) ? 8 : 4), 150)
