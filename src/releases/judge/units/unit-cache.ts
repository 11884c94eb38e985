import { totalmem } from 'node:os'
import type { Store } from '../../../store/store.ts'
import type { Release } from '../../release.ts'
import type { JudgeWindow } from '../judge-window.ts'
import { loadUnits, type LoadOptions } from '../load-units.ts'
import type { UnitTable } from '../unit-table.ts'
import { KeptUnits } from './kept-units.ts'

export interface UnitCacheOptions {
  /** All releases together; default a sixteenth of the machine's memory, 200 MB at least and 1 GB at most. */
  maxBytes?: number
  /** Milliseconds, of any clock that does not go back. */
  now?: () => number
}

interface Entry {
  units: KeptUnits
  bytes: number
  lookedAt: number
}

const leastBytes = 200e6
const mostBytes = 1e9
const shareOfMemory = 1 / 16

/** A release that was not looked at for this long makes room for others. */
const restMillis = 600_000

/**
 * The units of the releases that are watched, for the next look at each. Where they do not all fit, those that are in are
 * kept: with releases looked at in turn, giving up the one looked at longest ago would give up each just before its turn.
 */
export class UnitCache {
  readonly #entries = new Map<string, Entry>()
  readonly #maxBytes: number
  readonly #now: () => number

  constructor({
    maxBytes = Math.min(mostBytes, Math.max(leastBytes, shareOfMemory * totalmem())),
    now = () => performance.now(),
  }: UnitCacheOptions = {}) {
    this.#maxBytes = maxBytes
    this.#now = now
  }

  /** About how much memory the kept units take. */
  get bytes(): number {
    return [...this.#entries.values()].reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** See `loadUnits`. */
  async load(
    store: Store,
    release: Release,
    window: JudgeWindow,
    options: Omit<LoadOptions, 'kept'>,
  ): Promise<UnitTable> {
    const { id, service, environment, version, baselineVersion } = release
    const key = JSON.stringify([id, service, environment, version, baselineVersion])
    const units = this.#entries.get(key)?.units ?? new KeptUnits()
    // what fails half-way is not kept
    this.#entries.delete(key)
    const table = await loadUnits(store, release, window, { ...options, kept: units })
    this.#keep(key, units)
    return table
  }

  #keep(key: string, units: KeptUnits): void {
    const now = this.#now()
    this.#makeRoom(units)
    const bytes = units.bytes()
    for (const [other, { lookedAt }] of this.#entries) {
      if (this.bytes + bytes <= this.#maxBytes) break
      if (now - lookedAt > restMillis) this.#entries.delete(other)
    }
    if (this.bytes + bytes <= this.#maxBytes)
      this.#entries.set(key, { units, bytes, lookedAt: now })
  }

  /** Shrinks what is kept, the one looked at longest ago first, before any has to be read again. */
  #makeRoom(units: KeptUnits): void {
    const isFull = (): boolean => this.bytes + units.bytes() > this.#maxBytes
    for (const entry of this.#entries.values()) {
      if (!isFull()) return
      entry.units.shrink()
      entry.bytes = entry.units.bytes()
    }
    if (isFull()) units.shrink()
  }
}
