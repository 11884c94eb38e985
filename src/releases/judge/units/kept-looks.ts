import { PeersCache } from '../peers-at-look.ts'
import { UnitCache, type UnitCacheOptions } from './unit-cache.ts'

/** What whoever looks at the same releases again and again keeps between the looks; what is said does not depend on it. */
export class KeptLooks {
  readonly units: UnitCache
  readonly peers = new PeersCache()

  constructor(options?: UnitCacheOptions) {
    this.units = new UnitCache(options)
  }
}
