import { setTimeout as sleep } from 'node:timers/promises'
import { ClickHouseError } from '@clickhouse/client'
import { type Signal, signals } from '../../signal.ts'
import type { Engine } from '../engine/engine.ts'
import { engineError } from '../engine/engine-error.ts'
import { quotedTable } from '../sql-text.ts'
import { eventTables } from '../tables/event-tables.ts'
import type { Placement } from '../tables/placement.ts'
import { rowsTable } from '../tables/placement.ts'
import { byteLimits } from './byte-limits.ts'
import { chooseDrops, dayOf, type Drop, isFuture, untouchable } from './choose-drops.ts'
import { readUnits, type ServerUnits } from './read-units.ts'
import type { RetentionPolicy } from './retention-policy.ts'

export interface RetentionHealth {
  /** Start of the oldest day that is kept, ISO 8601; null where there are no rows. Days of the future do not count. */
  oldest: Readonly<Record<Signal, string | null>>
  /** Age in days at which rows are dropped; null keeps them for good. */
  days: Readonly<Record<Signal, number | null>>
  /** Budget in bytes of each server, as of the last run; null where there is none. */
  budget: Readonly<Record<Signal | 'all', number | null>>
  /** Dropped since the start. */
  droppedRows: Readonly<Record<Signal, number>>
  droppedBytes: Readonly<Record<Signal, number>>
  /** Signals of which a budget, rather than their age, dropped rows within the last day. */
  shortened: Signal[]
  lastRun: string | null
  /** Why it could not do what it should; empty when it could. */
  problem: string
}

export interface RetentionOptions {
  engine: Engine
  database: string
  placement: Placement
  /** Runs a statement on every server that holds rows. */
  everywhere: (statement: string) => Promise<void>
  log: (line: string) => void
  policy: RetentionPolicy
  /** Time between two rounds in ms; Infinity for none. */
  every: number
}

/** Drops what is too old or too much, whole parts at a time, round by round. */
export class Retention {
  readonly #options: RetentionOptions
  readonly #policy: RetentionPolicy
  readonly #stop = new AbortController()
  readonly #running: Promise<void>
  readonly #rows = perSignal(() => 0)
  readonly #bytes = perSignal(() => 0)
  readonly #shortenedAt = perSignal(() => -Infinity)
  #oldest: Record<Signal, string | null> = perSignal(() => null)
  #budget: Record<Signal | 'all', number | null> = { ...perSignal(() => null), all: null }
  #lastRun: string | null = null
  #problem = ''

  constructor(options: RetentionOptions) {
    this.#options = options
    this.#policy = options.policy
    this.#running = this.#rounds(options.every)
  }

  health(): RetentionHealth {
    const { age } = this.#policy
    const recently = Date.now() - 86_400_000
    return {
      oldest: { ...this.#oldest },
      days: perSignal((signal) => (Number.isFinite(age[signal]) ? age[signal] / 86_400_000 : null)),
      budget: { ...this.#budget },
      droppedRows: { ...this.#rows },
      droppedBytes: { ...this.#bytes },
      shortened: signals.filter((signal) => this.#shortenedAt[signal] > recently),
      lastRun: this.#lastRun,
      problem: this.#problem,
    }
  }

  /** Resolves when no statement is under way any more. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #rounds(every: number): Promise<void> {
    if (!Number.isFinite(every)) return
    const { signal } = this.#stop
    // what a start has to do comes first
    await sleep(Math.min(every, 5000), undefined, { signal, ref: false }).catch(() => {})
    while (!signal.aborted) {
      try {
        this.#told(await this.#round(Date.now()))
        this.#lastRun = new Date().toISOString()
      } catch (error) {
        if (!signal.aborted) this.#told(`The last round failed: ${engineError(error).message}`)
      }
      await sleep(every, undefined, { signal, ref: false }).catch(() => {})
    }
  }

  #told(problem: string): void {
    if (problem !== '' && problem !== this.#problem) this.#options.log(`Retention: ${problem}`)
    this.#problem = problem
  }

  /** @returns what is wrong, empty when nothing is */
  async #round(now: number): Promise<string> {
    const { engine, database, placement } = this.#options
    const servers = await readUnits({ engine, database, placement, now })
    let excess = 0
    const drops = new Map<string, Drop>()
    for (const { units, disk } of servers) {
      const used = units.reduce((sum, { bytes }) => sum + bytes, 0)
      const limits = { age: this.#policy.age, ...byteLimits(this.#limited(), disk, used) }
      this.#budget = {
        ...perSignal((signal) => finite(limits.bytes[signal])),
        all: finite(limits.total),
      }
      const choice = chooseDrops(units, limits, now)
      excess = Math.max(excess, choice.excess)
      for (const drop of choice.drops) drops.set(statementOf(drop, this.#options), drop)
    }
    const dropped = new Set<string>()
    for (const [statement, { unit, why }] of drops) {
      if (this.#stop.signal.aborted) return ''
      if (!(await this.#run(statement))) continue
      dropped.add(keyOf(unit))
      if (why === 'budget') this.#shortenedAt[unit.signal] = now
    }
    this.#count(servers, drops, dropped)
    this.#oldest = oldestOf(servers, dropped, now)
    if (excess === 0) return ''
    const hour = untouchable / 3_600_000
    return `The disk budget is exceeded by ${Math.ceil(excess / 1e6)} MB of rows that are younger than ${hour} hour, or were merged with such rows. They are not dropped: raise the budget, or send less.`
  }

  /** A disk that belongs to somebody else is theirs to budget. */
  #limited(): RetentionPolicy {
    const { engine } = this.#options
    const external = engine.health().kind === 'external'
    const automatic = this.#policy.budget === 'automatic'
    return external && automatic ? { ...this.#policy, budget: 'unlimited' } : this.#policy
  }

  /** @returns false when the part is gone already, merged into another */
  async #run(statement: string): Promise<boolean> {
    try {
      await this.#options.everywhere(statement)
      return true
    } catch (error) {
      const { cause } = engineError(error)
      const type = cause instanceof ClickHouseError ? cause.type : undefined
      if (type === 'NO_SUCH_DATA_PART' || type === 'PART_IS_TEMPORARILY_LOCKED') return false
      throw error
    }
  }

  #count(
    servers: readonly ServerUnits[],
    drops: ReadonlyMap<string, Drop>,
    dropped: ReadonlySet<string>,
  ): void {
    const lines = perSignal(() => 0)
    const seen = servers.flatMap(({ units }) => units).filter((unit) => dropped.has(keyOf(unit)))
    for (const { signal, rows, bytes } of seen) {
      this.#rows[signal] += rows
      this.#bytes[signal] += bytes
      lines[signal] += rows
    }
    const causes = new Set([...drops.values()].map(({ why }) => words[why]))
    for (const signal of signals) {
      if (lines[signal] === 0) continue
      this.#options.log(
        `Retention: dropped ${lines[signal]} rows of ${signal} (${[...causes].join(', ')})`,
      )
    }
  }
}

const words: Readonly<Record<Drop['why'], string>> = {
  age: 'too old',
  budget: 'beyond the disk budget',
  clock: 'from senders with a wrong clock',
}

/** By age a whole day goes, so that what arrives for it meanwhile goes with it; for a budget only what was seen. */
function statementOf({ unit, why }: Drop, { database, placement }: RetentionOptions): string {
  const table = quotedTable(database, rowsTable(eventTables[unit.signal].name, placement))
  return why === 'budget' && unit.part !== null
    ? `ALTER TABLE ${table} DROP PART '${unit.part}'`
    : `ALTER TABLE ${table} DROP PARTITION ID '${unit.partition}'`
}

function keyOf({ signal, partition, part }: Drop['unit']): string {
  return `${signal} ${partition} ${part}`
}

function oldestOf(
  servers: readonly ServerUnits[],
  dropped: ReadonlySet<string>,
  now: number,
): Record<Signal, string | null> {
  const kept = servers
    .flatMap(({ units }) => units)
    .filter((unit) => !dropped.has(keyOf(unit)) && !isFuture(unit, now))
  return perSignal((signal) => {
    const days = kept
      .filter((unit) => unit.signal === signal)
      .map(({ partition }) => dayOf(partition))
    return days.length === 0 ? null : new Date(Math.min(...days)).toISOString()
  })
}

const finite = (bytes: number): number | null => (Number.isFinite(bytes) ? bytes : null)

function perSignal<T>(make: (signal: Signal) => T): Record<Signal, T> {
  return Object.fromEntries(signals.map((signal) => [signal, make(signal)])) as Record<Signal, T>
}
