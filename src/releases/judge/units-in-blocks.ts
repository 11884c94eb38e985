import { blockNumbers } from './block-numbers.ts'
import { userNumbers, type UserNumbers } from './once-per-user.ts'
import type { JudgeWindow } from './judge-window.ts'
import { rowsByOperation } from './rows-by-operation.ts'
import type { UnitTable } from './unit-table.ts'

/** What claims read of units. */
export type ClaimUnits = Pick<
  UnitTable,
  | 'rows'
  | 'candidate'
  | 'discovery'
  | 'operation'
  | 'operations'
  | 'duration'
  | 'failed'
  | 'silent'
  | 'warmUp'
>

/** Units with the block of each. */
export interface PlacedUnits {
  units: ClaimUnits
  /** Of each unit: its row in the table; null where they are those of the table. */
  rows: Uint32Array | null
  /** -1 outside the window. */
  blockOf: Int32Array
  users: UserNumbers | null
}

/** The units of a look with their blocks, all of them and those of one operation: harm and safety ask for the same. */
export class UnitsInBlocks {
  readonly all: PlacedUnits
  readonly #table: UnitTable
  readonly #byOperation = new Map<number, PlacedUnits>()
  #rows: readonly Uint32Array[] | undefined

  constructor(table: UnitTable, window: JudgeWindow) {
    this.#table = table
    this.all = {
      units: table,
      rows: null,
      blockOf: blockNumbers(table, window),
      users: userNumbers(table),
    }
  }

  /** @param operation index into the table's operations; -1: one that it does not have */
  of(operation: number): PlacedUnits {
    let placed = this.#byOperation.get(operation)
    if (placed === undefined) {
      this.#rows ??= rowsByOperation(this.#table)
      placed = taken(this.#table, this.#rows[operation] ?? new Uint32Array(0), this.all)
      this.#byOperation.set(operation, placed)
    }
    return placed
  }
}

const known = new WeakMap<UnitTable, { window: JudgeWindow; units: UnitsInBlocks }>()

export function unitsInBlocks(table: UnitTable, window: JudgeWindow): UnitsInBlocks {
  const found = known.get(table)
  if (found?.window === window) return found.units
  const units = new UnitsInBlocks(table, window)
  known.set(table, { window, units })
  return units
}

/** Some of the units, so that each claim reads its own only. */
function taken(table: UnitTable, rows: Uint32Array, { blockOf, users }: PlacedUnits): PlacedUnits {
  const bytes = (from: Uint8Array): Uint8Array => {
    const own = new Uint8Array(rows.length)
    for (let i = 0; i < rows.length; i++) own[i] = from[rows[i]!]!
    return own
  }
  const numbers = (from: Int32Array): Int32Array => {
    const own = new Int32Array(rows.length)
    for (let i = 0; i < rows.length; i++) own[i] = from[rows[i]!]!
    return own
  }
  const { warmUp } = table
  const duration = new Float64Array(rows.length)
  const operation = new Uint16Array(rows.length)
  for (let i = 0; i < rows.length; i++) {
    duration[i] = table.duration[rows[i]!]!
    operation[i] = table.operation[rows[i]!]!
  }
  return {
    units: {
      rows: rows.length,
      candidate: bytes(table.candidate),
      discovery: bytes(table.discovery),
      operation,
      operations: table.operations,
      duration,
      failed: bytes(table.failed),
      silent: bytes(table.silent),
      ...(warmUp !== undefined && { warmUp: { ...warmUp, rows: bytes(warmUp.rows) } }),
    },
    rows,
    blockOf: numbers(blockOf),
    users: users === null ? null : numbers(users),
  }
}
