import type { Signal } from '../../signal.ts'
import type { Engine } from '../engine/engine.ts'
import { Imports, type ImportHealth } from '../imports/imports.ts'
import { Retention, type RetentionHealth } from '../retention/retention.ts'
import {
  defaultRetention,
  keepEverything,
  type RetentionPolicy,
} from '../retention/retention-policy.ts'
import type { IngestOutcome } from '../spool/spool.ts'
import type { Store, StoreHealth } from '../store.ts'
import { oneServer, type Placement } from '../tables/placement.ts'
import { collectFigures } from './collect-figures.ts'
import type { Figures } from './figures.ts'
import { IngestMeter } from './ingest-meter.ts'

export interface UpkeepHealth {
  retention: RetentionHealth
  imports: ImportHealth
}

export interface UpkeepOptions {
  engine: Engine
  database: string
  /** The data folder. */
  folder: string
  /** How the store takes a request. */
  ingest: Store['ingest']
  /** Whether the spool remembers a request as stored. */
  spooled: (requestHash: string) => boolean
  log: (line: string) => void
  /** Left out, nothing is dropped; `every` is the time between two rounds in ms, Infinity for none. */
  retention?: { policy?: RetentionPolicy; every?: number } | undefined
  placement?: Placement
  /** Runs a statement on every server; left out, on the one there is. */
  everywhere?: ((statement: string) => Promise<void>) | undefined
}

/** What a store does beside taking and answering: it drops what is too old, takes files, and looks at itself. */
export class Upkeep {
  readonly imports: Imports
  readonly #options: UpkeepOptions
  readonly #placement: Placement
  readonly #retention: Retention
  readonly #meter = new IngestMeter()

  constructor(options: UpkeepOptions) {
    const { engine, database, folder, ingest, spooled, log, retention } = options
    const { placement = oneServer, everywhere = onItsServer(engine) } = options
    const { policy, every } = {
      ...(retention === undefined ? nothingDropped : defaults),
      ...retention,
    }
    this.#options = options
    this.#placement = placement
    // may throw: before anything runs that would have to be stopped
    this.imports = new Imports({ folder, ingest, spooled, age: (signal) => policy.age[signal] })
    this.#retention = new Retention({ engine, database, placement, everywhere, log, policy, every })
  }

  /** Counts what becomes of a request. */
  async watch(signal: Signal, request: () => Promise<IngestOutcome>): Promise<IngestOutcome> {
    return await this.#meter.watch(signal, request)
  }

  health(): UpkeepHealth {
    return { retention: this.#retention.health(), imports: this.imports.health() }
  }

  /** What the doctor judges. */
  async figures(health: () => StoreHealth): Promise<Figures> {
    const { engine, database } = this.#options
    const traffic = (): ReturnType<IngestMeter['lastHour']> => this.#meter.lastHour()
    return await collectFigures({ engine, database, placement: this.#placement, health, traffic })
  }

  /** To be called while the store still takes requests: those of imports under way are waited for. */
  async close(): Promise<void> {
    await Promise.all([this.#retention.close(), this.imports.close()])
  }
}

const defaults = { policy: defaultRetention, every: 60_000 }
/** Whoever opens a store for a look, or in a test, must not lose what is in it. */
const nothingDropped = { policy: keepEverything, every: Infinity }

function onItsServer(engine: Engine): (statement: string) => Promise<void> {
  return async (query) => {
    const client = await engine.client('admin')
    await client.command({
      query,
      // what was decided is dropped, however large it is
      clickhouse_settings: { max_partition_size_to_drop: '0', max_table_size_to_drop: '0' },
    })
  }
}
