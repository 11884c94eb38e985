import { setTimeout as sleep } from 'node:timers/promises'
import type { ColumnBatch } from '../../otlp/column-batch.ts'
import { type Signal, signals } from '../../signal.ts'
import type { AttributeType } from '../../otlp/attribute-type.ts'
import { isPromotedType } from '../tables/attribute-columns.ts'
import { queryRows } from '../query-rows.ts'
import { eventTables } from '../tables/event-tables.ts'
import { oneServer, type Placement, rowsTable } from '../tables/placement.ts'
import type { TableLayout } from '../tables/table-layout.ts'
import { addColumnsStatements, type NewColumn } from './add-columns.ts'
import { choosePromotions, defaultPolicy } from './choose-promotions.ts'
import type { PromotionPolicy, Streaks } from './choose-promotions.ts'
import { type ColumnOfServers, columnsOfServers, laggingColumns } from './lagging-columns.ts'
import { KeyCounter } from './key-counter.ts'
import { LiveLayouts, type LiveLayoutsOptions } from './live-layouts.ts'

/** The columns that adapt, of one signal. */
export interface ColumnsHealth {
  /** Attribute keys with a column of their own, and the most there can be. */
  promoted: number
  budget: number
  /** Keys without one that were seen since the last round. */
  otherKeys: number
  /** When this process last gave a key a column, as ISO 8601; empty: not since it started. */
  lastPromotion: string
  /** Why keys could not get columns the last time; empty when they could. */
  problem: string
}

export interface ColumnPromotionOptions extends LiveLayoutsOptions {
  log: (line: string) => void
  /** Runs a statement wherever the tables lie. */
  ddl: (statement: string, signal: AbortSignal) => Promise<void>
  placement?: Placement
  policy?: Partial<PromotionPolicy>
  /** How often keys may get columns, in ms; default 30 s. */
  every?: number
  /** How often the layouts are read again, in ms; default 5 s. */
  refreshEvery?: number
  /** Between the creation of a column and the first row that fills it, in ms; default 60 s. */
  activeAfter?: number
}

/** Gives the attribute keys that are seen most columns of their own while the product runs. */
export class ColumnPromotion {
  readonly #options: ColumnPromotionOptions
  readonly #layouts: LiveLayouts
  readonly #policy: PromotionPolicy
  readonly #states: Readonly<Record<Signal, State>>
  readonly #stop = new AbortController()
  #running: Promise<unknown> = Promise.resolve()
  #alignProblem = ''

  private constructor(options: ColumnPromotionOptions) {
    this.#options = options
    this.#layouts = new LiveLayouts(options)
    this.#policy = { ...defaultPolicy, ...options.policy }
    this.#states = { traces: newState(), logs: newState(), metrics: newState() }
  }

  /**
   * Reads the layouts of the tables and begins to adapt them.
   * @throws ENGINE_UNAVAILABLE, ENGINE_QUERY
   */
  static async start(options: ColumnPromotionOptions): Promise<ColumnPromotion> {
    const promotion = new ColumnPromotion(options)
    await promotion.#layouts.refresh()
    promotion.#running = Promise.all([promotion.#refreshOften(), promotion.#promoteOften()])
    return promotion
  }

  /** See `LiveLayouts.reader`. */
  reader(signal: Signal): TableLayout {
    return this.#layouts.reader(signal)
  }

  /** Counts the keys of a batch; the layout in which it is to be written. */
  writer(batch: ColumnBatch): TableLayout {
    const layout = this.#layouts.writer(batch.signal)
    this.#states[batch.signal].counter.count(batch, layout)
    return layout
  }

  /** Ends the rounds that have seen enough rows. Not for two callers at once. */
  async promote(): Promise<void> {
    await this.#alignServers()
    for (const signal of signals) await this.#endRound(signal)
  }

  health(): Record<Signal, ColumnsHealth> {
    const of = (signal: Signal): ColumnsHealth => {
      const { counter, lastPromotion, problem } = this.#states[signal]
      const { promoted } = this.#layouts.known(signal)
      const { budget } = this.#policy
      return { promoted: promoted.size, budget, otherKeys: counter.size, lastPromotion, problem }
    }
    return { traces: of('traces'), logs: of('logs'), metrics: of('metrics') }
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #endRound(signal: Signal): Promise<void> {
    const state = this.#states[signal]
    const { counter } = state
    if (counter.rows < this.#policy.minRows) return
    const { promoted, table } = this.#layouts.known(signal)
    const keys = counter.counts().filter(({ id }) => !promoted.has(id))
    const choice = choosePromotions(keys, counter.rows, promoted.size, state.streaks, this.#policy)
    counter.clear()
    state.streaks = choice.streaks
    if (choice.promote.length === 0) return
    try {
      await this.#add(table, choice.promote.flatMap(newColumn))
      state.lastPromotion = new Date().toISOString()
      state.problem = ''
      const names = choice.promote.map(({ id }) => id.slice(id.indexOf(':') + 1)).join(', ')
      this.#options.log(`Attributes of ${signal} that got columns of their own: ${names}`)
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      // the keys stay in the map, and the next round tries again
      if (problem !== state.problem && !this.#stop.signal.aborted) {
        this.#options.log(`Attributes of ${signal} cannot get columns of their own: ${problem}`)
      }
      state.problem = problem
    }
  }

  async #add(table: string, columns: readonly NewColumn[]): Promise<void> {
    const { database, placement = oneServer, activeAfter = 60_000, ddl } = this.#options
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(60_000)])
    // what others did meanwhile counts, and the engine's clock does
    await this.#layouts.refresh(signal)
    const activeFrom = Math.ceil(this.#layouts.engineNow() + activeAfter)
    const statements = addColumnsStatements(database, table, columns, activeFrom, placement)
    for (const statement of statements) await ddl(statement, signal)
    await this.#layouts.refresh(signal)
  }

  /** Gives servers that joined a cluster, or were away, the columns that the others have. */
  async #alignServers(): Promise<void> {
    const { engine, database, placement = oneServer, ddl } = this.#options
    const { cluster } = placement
    if (cluster === undefined) return
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(60_000)])
    const names = signals.map((signal) => eventTables[signal].name)
    const tables = names.flatMap((name) => [name, rowsTable(name, placement)])
    try {
      const parameters = { cluster, database, tables }
      const columns = await queryRows<ColumnOfServers>(engine, columnsOfServers, parameters, {
        as: 'admin',
        maxSeconds: 10,
        signal,
      })
      for (const { signal: of, column, activeFrom } of laggingColumns(columns, placement)) {
        const { table } = this.#layouts.known(of)
        const statements = addColumnsStatements(database, table, [column], activeFrom, placement)
        for (const statement of statements) await ddl(statement, signal)
      }
      this.#alignProblem = ''
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      if (problem !== this.#alignProblem && !this.#stop.signal.aborted) {
        this.#options.log(`Servers of the cluster cannot get the columns of the others: ${problem}`)
      }
      this.#alignProblem = problem
    }
  }

  async #refreshOften(): Promise<void> {
    const { alone, refreshEvery = 5000 } = this.#options
    // only this process changes the tables, and then it looks
    if (alone) return
    while (await this.#pause(refreshEvery)) {
      // a layout that cannot be read grows stale, and then says so
      await this.#layouts.refresh(this.#stop.signal).catch(() => {})
    }
  }

  async #promoteOften(): Promise<void> {
    await this.#alignServers()
    while (await this.#pause(this.#options.every ?? 30_000)) await this.promote()
  }

  /** False when it is time to end. */
  async #pause(ms: number): Promise<boolean> {
    const { signal } = this.#stop
    await sleep(ms, undefined, { signal, ref: false }).catch(() => {})
    return !signal.aborted
  }
}

interface State {
  readonly counter: KeyCounter
  streaks: Streaks
  lastPromotion: string
  problem: string
}

const newState = (): State => ({
  counter: new KeyCounter(),
  streaks: new Map(),
  lastPromotion: '',
  problem: '',
})

function newColumn({ id, plain }: { id: string; plain: boolean }): NewColumn[] {
  const type = id.slice(0, id.indexOf(':')) as AttributeType
  return isPromotedType(type) ? [{ type, key: id.slice(type.length + 1), plain }] : []
}
