import { AftergreenError } from '../../errors.ts'
import { type Signal, signals } from '../../signal.ts'
import type { Engine } from '../engine/engine.ts'
import { queryRows } from '../query-rows.ts'
import { eventTables } from '../tables/event-tables.ts'
import { readLayout, type TableLayout, writableLayout } from '../tables/table-layout.ts'

export interface LiveLayoutsOptions {
  engine: Engine
  database: string
  /** Nobody else writes to these tables: what this process does not know does not exist. */
  alone: boolean
  /** After so many ms without a look at the tables, nothing is answered from what is known of them; default 20 s. */
  staleAfter?: number
}

/**
 * The layouts of the tables as they are now. Several processes may add columns to the same tables. Why no reader misses a
 * row then: a column is added at a time T and filled from T + 60 s on, and until then its default answers; a reader uses
 * no layout that is older than 20 s, so at T + 20 s every reader knows the column.
 */
export class LiveLayouts {
  readonly #options: Required<LiveLayoutsOptions>
  #layouts: Readonly<Record<Signal, TableLayout>> | undefined
  /** For each signal what `writer` gave last, and until when by the engine's clock that holds. */
  readonly #writable = new Map<Signal, { layout: TableLayout; until: number }>()
  /** When the last look began: by both clocks, because one of them stands still while a machine sleeps. */
  #lookedAt = { monotonic: -Infinity, wall: -Infinity }
  /** The engine's clock and ours when the last answer came. */
  #engineTime = { engine: 0, monotonic: 0 }

  constructor(options: LiveLayoutsOptions) {
    this.#options = { staleAfter: 20_000, ...options }
  }

  /**
   * Reads the layouts from the engine.
   * @throws ENGINE_UNAVAILABLE, ENGINE_QUERY
   */
  async refresh(signal?: AbortSignal): Promise<void> {
    const lookedAt = { monotonic: performance.now(), wall: Date.now() }
    const { engine, database } = this.#options
    const tables = signals.map((signal) => eventTables[signal].name)
    const columns = await queryRows<Column>(
      engine,
      `SELECT table, name, type, comment, toUnixTimestamp64Milli(now64(3)) AS now FROM system.columns
       WHERE database = {database: String} AND table IN {tables: Array(String)} ORDER BY table, position`,
      { database, tables },
      { as: 'admin', maxSeconds: 10, ...(signal === undefined ? {} : { signal }) },
    )
    this.#layouts = Object.fromEntries(
      signals.map((signal) => {
        const own = columns.filter(({ table }) => table === eventTables[signal].name)
        return [signal, readLayout(signal, own)]
      }),
    ) as Record<Signal, TableLayout>
    this.#lookedAt = lookedAt
    // the answer has travelled since the engine looked at its clock: what follows from it is late, never early
    this.#engineTime = { engine: columns[0]?.now ?? 0, monotonic: performance.now() }
    this.#writable.clear()
  }

  /**
   * All columns of a table, as questions use them.
   * @throws ENGINE_UNAVAILABLE when too much may have changed since the last look
   */
  reader(signal: Signal): TableLayout {
    const { alone, staleAfter } = this.#options
    if (!alone && this.#age() > staleAfter) {
      throw new AftergreenError(
        'ENGINE_UNAVAILABLE',
        'The columns of the tables are not known well enough: the engine has not told them lately.',
        { hint: 'It is asked every few seconds. Ask again when the engine answers.' },
      )
    }
    return this.known(signal)
  }

  /** As of the last look, however long ago. */
  known(signal: Signal): TableLayout {
    if (this.#layouts === undefined) throw new Error('The layouts were not read yet.')
    return this.#layouts[signal]
  }

  /** The columns that a writer fills now. The same object while nothing changes. */
  writer(signal: Signal): TableLayout {
    const now = this.engineNow()
    const known = this.#writable.get(signal)
    if (known !== undefined && now < known.until) return known.layout
    const all = this.known(signal)
    const later = [...all.activeFrom.values()].filter((time) => time > now)
    const layout = writableLayout(all, now)
    this.#writable.set(signal, { layout, until: Math.min(...later, Infinity) })
    return layout
  }

  /** The engine's clock, in ms since 1970: a little behind it rather than ahead. */
  engineNow(): number {
    return this.#engineTime.engine + performance.now() - this.#engineTime.monotonic
  }

  #age(): number {
    const { monotonic, wall } = this.#lookedAt
    return Math.max(performance.now() - monotonic, Date.now() - wall)
  }
}

interface Column {
  table: string
  name: string
  type: string
  comment: string
  now: number
}
