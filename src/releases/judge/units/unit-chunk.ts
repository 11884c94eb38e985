import type { AttributeKey } from '../../../store/attribute-keys.ts'
import type { StretchCount } from './count-spans.ts'
import { joinUnits } from './join-units.ts'
import { mayBeOne, type Stretch } from './time-chunks.ts'
import { unionOf } from './trace-presence.ts'
import { copyUnit, emptyRows, type UnitRows, type UnitValues, valuesOf } from './unit-rows.ts'
import type { ValueIds } from './value-ids.ts'

/** What a stretch of time holds of the units of a release. */
export interface UnitChunk extends Stretch {
  count: StretchCount
  /** Units by the spans of this stretch alone: one may go on in the next. */
  units: UnitRows
  /** Hashes of all traces with a span of the service in it, ascending. */
  traces: Float64Array
}

/** Neighbours that have become old are put together, so that their number grows with the logarithm of time. */
export function compacted(
  chunks: readonly UnitChunk[],
  to: number,
  keys: readonly AttributeKey[],
  values: UnitValues,
): UnitChunk[] {
  const kept: UnitChunk[] = []
  for (let i = 0; i < chunks.length; i++) {
    const last = kept.at(-1)
    const chunk = chunks[i]!
    if (last === undefined || !mayBeOne(last, chunk, to)) kept.push(chunk)
    else kept[kept.length - 1] = joined(last, chunk, keys, values)
  }
  return kept
}

function joined(
  a: UnitChunk,
  b: UnitChunk,
  keys: readonly AttributeKey[],
  values: UnitValues,
): UnitChunk {
  return {
    from: a.from,
    to: b.to,
    count: sumOf(a.count, b.count),
    units: joinUnits([a.units, b.units], keys, values),
    traces: unionOf(a.traces, b.traces),
  }
}

/** Of two stretches together. Marks are a number of spans and a sum of times, as the engine adds them. */
export function sumOf(a: StretchCount, b: StretchCount): StretchCount {
  const [m, n] = [a, b].map(({ mark }) => mark.split(' ').map(BigInt))
  const spans = m![0]! + n![0]!
  const times = BigInt.asUintN(64, m![1]! + n![1]!)
  return {
    entries: a.entries + b.entries,
    others: a.others + b.others,
    mark: `${spans} ${times}`,
    look: Math.min(a.look, b.look),
  }
}

/** The part of a chunk that a smaller sample of traces keeps, with the values that are left. */
export function samplePart(
  chunk: UnitChunk,
  oneOf: number,
  from: UnitValues,
  to: UnitValues,
): UnitChunk {
  const { units, traces } = chunk
  const rows: number[] = []
  for (let row = 0; row < units.rows; row++) if (units.trace[row]! % oneOf === 0) rows.push(row)
  const part = emptyRows(rows.length, [])
  rows.forEach((row, i) => copyUnit(units, row, part, i))
  part.operation = movedIds(units.operation, rows, from.operations, to.operations)
  for (const [id, cells] of units.attributes) {
    part.attributes.set(
      id,
      cells instanceof Float64Array
        ? Float64Array.from(rows, (row) => cells[row]!)
        : movedIds(cells, rows, valuesOf(from, id), valuesOf(to, id)),
    )
  }
  return { ...chunk, units: part, traces: traces.filter((trace) => trace % oneOf === 0) }
}

function movedIds(
  cells: Uint32Array,
  rows: readonly number[],
  from: ValueIds,
  to: ValueIds,
): Uint32Array {
  return Uint32Array.from(rows, (row) => to.idOf(from.values[cells[row]!]!))
}
