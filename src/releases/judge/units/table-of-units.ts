import type { AttributeColumn } from '../../../cohorts/cohort-table.ts'
import type { AttributeKey } from '../../../store/attribute-keys.ts'
import type { UnitTable } from '../unit-table.ts'
import type { JoinedUnits } from './joined-units.ts'
import { columnId } from './unit-rows.ts'

/** The table of a look, and the span ids of its rows. Values are numbered in the order of its rows, whatever was read first. */
export function tableOf(
  units: JoinedUnits,
  keys: readonly AttributeKey[],
  { candidate, oneOf }: { candidate: number; oneOf: number },
): { table: UnitTable; spans: string[]; traces: Float64Array } {
  const { trace, spans, version, ...fixed } = units.fixed()
  const operation = units.operation()
  const table: UnitTable = {
    ...fixed,
    rows: units.rows,
    candidate: version.map((each) => (each === candidate ? 1 : 0)),
    operation: Uint16Array.from(operation.codes, (code) => code - 1),
    operations: operation.values.slice(1).map(String),
    silent: new Uint8Array(units.rows),
    silentReasons: new Map(),
    attributes: [
      { name: 'operation', kind: 'category', ...operation },
      ...keys.map((key) => columnOf(key, keys, units)),
    ],
    sampledFrom: units.rows * oneOf,
    detectorsComplete: true,
  }
  return { table, spans, traces: trace }
}

function columnOf(
  key: AttributeKey,
  keys: readonly AttributeKey[],
  units: JoinedUnits,
): AttributeColumn {
  // a key with values of two types keeps both, told apart by the type
  const twice = keys.filter((other) => other.key === key.key).length > 1
  const name = twice ? `${key.key} (${key.type})` : key.key
  const cells = units.attribute(columnId(key))
  return cells instanceof Float64Array
    ? { name, kind: 'number', values: cells }
    : { name, kind: 'category', ...cells }
}
