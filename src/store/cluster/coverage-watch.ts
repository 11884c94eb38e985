import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from '../engine/engine.ts'
import { queryRows } from '../query-rows.ts'
import { eventTables } from '../tables/event-tables.ts'
import { type Placement, rowsTable } from '../tables/placement.ts'
import { type Coverage, coverageOf, type Shard } from './coverage.ts'

export interface CoverageWatchOptions {
  engine: Engine
  database: string
  cluster: string
  placement: Placement
  log: (line: string) => void
  /** Time between two checks while every shard answers, in ms. */
  every?: number
}

/** Knows which shards of a cluster answer: asks every few seconds, and at once when an answer fails. */
export class CoverageWatch {
  readonly #options: CoverageWatchOptions
  readonly #shards: readonly Shard[]
  readonly #rows = new Map<number, number>()
  readonly #stop = new AbortController()
  #answering: ReadonlySet<number>
  #partialAnswers = 0
  #refreshing: Promise<void> | undefined
  #watching: Promise<void> = Promise.resolve()

  private constructor(options: CoverageWatchOptions, shards: readonly Shard[]) {
    this.#options = options
    this.#shards = shards
    this.#answering = new Set(shards.map(({ number }) => number))
  }

  /** @throws ENGINE_UNAVAILABLE, ENGINE_QUERY */
  static async start(options: CoverageWatchOptions): Promise<CoverageWatch> {
    const shards = await queryRows<Shard>(
      options.engine,
      `SELECT shard_num AS number, arrayStringConcat(groupArray(concat(host_name, ':', toString(port))), ', ') AS name
       FROM system.clusters WHERE cluster = {cluster: String} GROUP BY number ORDER BY number`,
      { cluster: options.cluster },
      { as: 'admin' },
    )
    const watch = new CoverageWatch(options, shards)
    await watch.refresh()
    watch.#watching = watch.#watch()
    return watch
  }

  /** Whether a shard is known not to answer. */
  get isPartial(): boolean {
    return this.#answering.size < this.#shards.length
  }

  coverage(): Coverage {
    return coverageOf(this.#shards, this.#answering, this.#rows, this.#partialAnswers)
  }

  /** Notes that an answer is given without some shard. */
  countPartialAnswer(): void {
    this.#partialAnswers++
  }

  /** Asks now; what was known stays where nobody answers. */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#ask()
      .catch(() => {})
      .finally(() => (this.#refreshing = undefined))
    await this.#refreshing
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#watching
  }

  async #ask(): Promise<void> {
    const { engine, database, cluster, placement, log } = this.#options
    // the tables themselves: a server that answers without them has nothing to say
    const rows = await queryRows<{ shard: number; rows: number }>(
      engine,
      `SELECT _shard_num AS shard, toFloat64(sum(total_rows)) AS rows
       FROM cluster({cluster: String}, system.tables) WHERE database = {database: String} AND name IN {tables: Array(String)}
       GROUP BY shard HAVING count() = ${Object.keys(eventTables).length} SETTINGS skip_unavailable_shards = 1`,
      {
        cluster,
        database,
        tables: Object.values(eventTables).map(({ name }) => rowsTable(name, placement)),
      },
      {
        as: 'admin',
        maxSeconds: 10,
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(12_000)]),
      },
    )
    const before = this.coverage().missing.join(', ')
    this.#answering = new Set(rows.map(({ shard }) => shard))
    // shares are of one moment: what has been stored since would make those that answer look larger
    if (!this.isPartial) for (const { shard, rows: count } of rows) this.#rows.set(shard, count)
    const { missing, share } = this.coverage()
    const now = missing.join(', ')
    if (now === before) return
    log(
      now === ''
        ? 'Every shard of the cluster answers again.'
        : `A shard of the cluster does not answer (${now}); ${Math.round(share * 100)} % of the data does.`,
    )
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stop
    const { every = 5000 } = this.#options
    for (;;) {
      const pause = this.isPartial ? Math.min(every, 1000) : every
      await sleep(pause, undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) return
      await this.refresh()
    }
  }
}
