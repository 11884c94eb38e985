import { AftergreenError } from '../../errors.ts'
import { requestOf } from '../../store/imports/import-body.ts'
import { openStore, type StoreOptions } from '../../store/store.ts'
import type { ImportTarget } from './import-target.ts'

/**
 * Imports into a data folder that no server holds.
 * @throws what opening the store throws
 */
export async function storeTarget(options: StoreOptions): Promise<ImportTarget> {
  const store = await openStore(options)
  const { upkeep } = store
  if (upkeep === undefined) {
    await store.close()
    throw new AftergreenError(
      'READ_ONLY_STORE',
      'This Aftergreen reads the tables of somebody else and keeps no telemetry itself.',
      { hint: 'Import the files with the collector that fills these tables.' },
    )
  }
  return {
    known: async (keys) => upkeep.imports.known(keys),
    take: async (signal, bodies) => upkeep.imports.take(signal, bodies.map(requestOf)),
    async close() {
      // nobody drains the spool afterwards until a server is started
      await store.drained()
      await store.close()
    },
  }
}
