import type { CategoryColumn } from '../../cohorts/cohort-table.ts'
import type { AttributeSelection } from '../../cohorts/attribute-selection.ts'
import { sampleRatioTest } from '../../stats/sample-ratio-test.ts'
import type { Comparison } from '../verdict.ts'
import type { JudgeWindow } from './judge-window.ts'
import type { Policy } from './policy.ts'
import { selectUnitAttributes } from './select-unit-attributes.ts'
import type { UnitTable } from './unit-table.ts'

/** Attributes that name whoever was assigned to a side; the first that the telemetry carries is the unit of assignment. */
const assignmentKeys = ['session.id', 'user.id', 'enduser.id', 'user.hash']

/** Attributes with more values than this are not checked for a shift. */
const maxValues = 50

/**
 * Are the two sides the same kind of traffic? Counts each assigned unit (session, user, else trace) once: their requests
 * come in clusters, and a test that takes them for independent sees mismatches where there are none (judge.md §6.9).
 */
export function comparePopulations(
  table: UnitTable,
  window: JudgeWindow,
  expectedShare: number | null,
  policy: Policy,
  selection: AttributeSelection = selectUnitAttributes(table),
): Comparison {
  const first = firstRows(table, splitEnd(table, window))
  const candidates = candidatesAmong(table, first)
  const baselines = first.length - candidates
  const share = first.length === 0 ? null : candidates / first.length
  const span = { from: new Date(window.from).toISOString(), to: new Date(window.to).toISOString() }
  const tested =
    expectedShare !== null && expectedShare > 0 && expectedShare < 1 && first.length > 0
  const logE = tested ? sampleRatioTest(candidates, baselines, expectedShare).logE : null
  return {
    baselineKind: baselines > 0 ? 'concurrent' : 'none',
    baselineWindow: baselines > 0 ? span : null,
    candidateWindow: candidates > 0 ? span : null,
    candidateShare: share,
    sampleRatioMismatch: {
      expectedShare,
      eValue: logE === null ? null : Math.exp(Math.min(logE, 600)),
      mismatch: logE !== null && logE >= Math.log(1 / policy.alphaHarm),
    },
    populationShift:
      share === null || candidates === 0 || baselines === 0
        ? []
        : shifts(table, first, share, policy, selection),
  }
}

/** The column that names whoever is assigned to a side; none where traces are. */
export function assignmentColumn(table: UnitTable): CategoryColumn | undefined {
  return assignmentKeys
    .map((name) => table.attributes.find((attribute) => attribute.name === name))
    .find((attribute): attribute is CategoryColumn => attribute?.kind === 'category')
}

const parts = 64
/** A straggler is no split. */
const leastBaseline = 0.02

/**
 * Until when the traffic is split, ms since 1970: where all of it has moved to the candidate, there is nothing left to
 * compare populations by. The end of the window where there never was a split, which is worth telling.
 */
function splitEnd(table: UnitTable, { from, to }: JudgeWindow): number {
  const counts = Array.from({ length: parts }, () => [0, 0] as [number, number])
  const span = Math.max(1, to - from)
  for (let row = 0; row < table.rows; row++) {
    const part = Math.floor(((table.at[row]! - from) / span) * parts)
    counts[Math.min(parts - 1, Math.max(0, part))]![table.candidate[row] as 0 | 1] += 1
  }
  const last = counts.findLastIndex(
    ([baseline, candidate]) => baseline > leastBaseline * (baseline + candidate),
  )
  if (last < 0 || last === parts - 1) return Infinity
  // the part in which the traffic moved is half a split
  return from + (Math.max(1, last) / parts) * (to - from)
}

/** The first row of each assigned unit, while the traffic is split. */
function firstRows(table: UnitTable, end: number): Uint32Array {
  const key = assignmentColumn(table)
  const isKnown = new Uint8Array(key?.values.length ?? 1)
  const traces = new Set<string>()
  const rows = new Uint32Array(table.rows)
  let count = 0
  for (let row = 0; row < table.rows; row++) {
    if (table.at[row]! >= end) continue
    const code = key?.codes[row] ?? 0
    if (code === 0) {
      const trace = table.traceIds[row]!
      if (traces.has(trace)) continue
      traces.add(trace)
    } else {
      if (isKnown[code] === 1) continue
      isKnown[code] = 1
    }
    rows[count++] = row
  }
  return rows.subarray(0, count)
}

function candidatesAmong({ candidate }: UnitTable, rows: Uint32Array): number {
  let count = 0
  for (const row of rows) count += candidate[row]!
  return count
}

/** Values whose split between the sides differs from the overall split more than chance allows, over all that are tried. */
function shifts(
  table: UnitTable,
  rows: Uint32Array,
  share: number,
  policy: Policy,
  selection: AttributeSelection,
): Comparison['populationShift'] {
  const columns = selection.kept.filter(
    (column): column is CategoryColumn =>
      column.kind === 'category' && column.values.length <= maxValues,
  )
  const cells = columns.flatMap((column) => {
    const counts = countSides(column, table.candidate, rows)
    return column.values
      .map((_, code) => ({
        column,
        code,
        baseline: counts[2 * code]!,
        candidate: counts[2 * code + 1]!,
      }))
      .filter(({ baseline, candidate }) => baseline + candidate > 0)
  })
  const candidates = candidatesAmong(table, rows)
  const bound = Math.log(cells.length / policy.alphaHarm)
  return cells
    .map((cell) => ({ ...cell, logE: sampleRatioTest(cell.candidate, cell.baseline, share).logE }))
    .filter(({ logE }) => logE >= bound)
    .toSorted((a, b) => b.logE - a.logE)
    .slice(0, 20)
    .map(({ column, code, baseline, candidate, logE }) => ({
      attribute: column.name,
      value: code === 0 ? '(absent)' : String(column.values[code]),
      baselineShare: baseline / (rows.length - candidates),
      candidateShare: candidate / candidates,
      eValue: Math.exp(Math.min(logE, 600)),
    }))
}

/** Rows by value and side: [2 * code + side]. */
function countSides(
  { codes, values }: CategoryColumn,
  candidate: Uint8Array,
  rows: Uint32Array,
): Uint32Array {
  const counts = new Uint32Array(2 * values.length)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    counts[2 * codes[row]! + candidate[row]!]! += 1
  }
  return counts
}
