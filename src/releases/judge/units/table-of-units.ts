import type { AttributeColumn } from '../../../cohorts/cohort-table.ts'
import type { AttributeKey } from '../../../store/attribute-keys.ts'
import type { UnitTable } from '../unit-table.ts'
import { columnId, type UnitRows, type UnitValues, valuesOf } from './unit-rows.ts'
import type { ValueIds } from './value-ids.ts'

/** The table of a look. Values are numbered in the order of its rows, whatever was read first. */
export function tableOf(
  units: UnitRows,
  keys: readonly AttributeKey[],
  values: UnitValues,
  { candidate, oneOf }: { candidate: number; oneOf: number },
): UnitTable {
  const { rows } = units
  const operation = categoryOf('operation', units.operation, values.operations)
  return {
    rows,
    at: units.at,
    candidate: units.version.map((version) => (version === candidate ? 1 : 0)),
    discovery: units.discovery,
    operation: Uint16Array.from(operation.codes, (code) => code - 1),
    operations: operation.values.slice(1).map(String),
    duration: units.duration,
    failed: units.failed,
    silent: new Uint8Array(rows),
    silentReasons: new Map(),
    traceIds: units.traceIds,
    attributes: [operation, ...keys.map((key) => columnOf(key, keys, units, values))],
    sampledFrom: rows * oneOf,
    detectorsComplete: true,
  }
}

function columnOf(
  key: AttributeKey,
  keys: readonly AttributeKey[],
  { attributes }: UnitRows,
  values: UnitValues,
): AttributeColumn {
  // a key with values of two types keeps both, told apart by the type
  const twice = keys.filter((other) => other.key === key.key).length > 1
  const name = twice ? `${key.key} (${key.type})` : key.key
  const cells = attributes.get(columnId(key))!
  return cells instanceof Float64Array
    ? { name, kind: 'number', values: cells }
    : categoryOf(name, cells, valuesOf(values, columnId(key)))
}

type Category = Extract<AttributeColumn, { kind: 'category' }>

function categoryOf(name: string, ids: Uint32Array, known: ValueIds): Category {
  const codes = new Uint32Array(ids.length)
  const values: Category['values'][number][] = [null]
  const codeOf = new Uint32Array(known.values.length)
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row]!
    if (id === 0) continue
    if (codeOf[id] === 0) {
      codeOf[id] = values.length
      values.push(known.values[id]!)
    }
    codes[row] = codeOf[id]!
  }
  return { name, kind: 'category', codes, values }
}
