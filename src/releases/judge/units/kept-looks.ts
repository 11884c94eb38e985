import { KeptSeries } from '../kept-series.ts'
import { PeersCache } from '../peers-at-look.ts'
import { UnitCache, type UnitCacheOptions } from './unit-cache.ts'

/** Releases whose e-processes are kept, those looked at longest ago dropped first. */
const maxSeries = 200

/** What whoever looks at the same releases again and again keeps between the looks; what is said does not depend on it. */
export class KeptLooks {
  readonly units: UnitCache
  readonly peers = new PeersCache()
  readonly #series = new Map<string, KeptSeries>()

  constructor(options?: UnitCacheOptions) {
    this.units = new UnitCache(options)
  }

  /** Those of a release, by its id. */
  seriesOf(id: string): KeptSeries {
    const series = this.#series.get(id) ?? new KeptSeries()
    this.#series.delete(id)
    this.#series.set(id, series)
    const [oldest] = this.#series.keys()
    if (this.#series.size > maxSeries && oldest !== undefined) this.#series.delete(oldest)
    return series
  }
}
