import type { Hash } from './distinct-set.ts'
import { DistinctSet } from './distinct-set.ts'
import type { Limits } from './limits.ts'

/** How many new things of a kind one service has brought in this hour. */
interface Brought {
  keys: number
  names: number
}

/** Which keys, services and names are few enough to be kept as they are. All bounded, and new every hour. */
export class Cardinality {
  readonly #limits: Limits
  readonly #keys: DistinctSet
  readonly #services: DistinctSet
  readonly #names: DistinctSet
  readonly #brought = new Map<number, Brought>()
  #hourEnds = 0

  constructor(limits: Limits) {
    this.#limits = limits
    this.#keys = new DistinctSet(limits.keys)
    this.#services = new DistinctSet(limits.services)
    this.#names = new DistinctSet(limits.names)
  }

  /** @param now ms since 1970 */
  tick(now: number): void {
    // also when the clock was set back
    if (now < this.#hourEnds && now > this.#hourEnds - 2 * hour) return
    if (this.#hourEnds !== 0) {
      for (const set of [this.#keys, this.#services, this.#names]) set.rotate()
      this.#brought.clear()
    }
    this.#hourEnds = now + hour
  }

  get distinct(): { keys: number; services: number; names: number } {
    const { size: keys } = this.#keys
    return { keys, services: this.#services.size, names: this.#names.size }
  }

  admitService(service: Hash): boolean {
    return this.#services.admit(service)
  }

  /** Whether a key is admitted already, whoever sends it. */
  knowsKey(key: Hash): boolean {
    return this.#keys.admit(key, false)
  }

  /** The limit that keeps a key out, if any. */
  admitKey(key: Hash, service: Hash): 'keys' | 'keysPerService' | undefined {
    if (this.#keys.admit(key, false)) return undefined
    const brought = this.#broughtBy(service)
    if (brought.keys >= this.#limits.keysPerService) return 'keysPerService'
    if (!this.#keys.admit(key)) return 'keys'
    brought.keys++
    return undefined
  }

  /**
   * The limit that keeps a name out, if any.
   * @param name hash of the service and the name
   */
  admitName(name: Hash, service: Hash): 'names' | 'namesPerService' | undefined {
    if (this.#names.admit(name, false)) return undefined
    const brought = this.#broughtBy(service)
    if (brought.names >= this.#limits.namesPerService) return 'namesPerService'
    if (!this.#names.admit(name)) return 'names'
    brought.names++
    return undefined
  }

  /** Bounded, since only admitted services have their own. */
  #broughtBy(service: Hash): Brought {
    const id = numberOf(service)
    let brought = this.#brought.get(id)
    if (brought === undefined) this.#brought.set(id, (brought = { keys: 0, names: 0 }))
    return brought
  }
}

const hour = 3_600_000

/** 53 bits of a hash as one number. */
export const numberOf = (hash: Hash): number => (hash.high & 0x1f_ffff) * 2 ** 32 + hash.low
