import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openStore, type Store } from '../../src/store/store.ts'
import { addColumns, type EventOptions, fillEvents } from './fill-events.ts'

export interface FilledStore {
  store: Store
  folder: string
  /** Removes the data, too, unless it is kept. */
  close(): Promise<void>
}

/** A real store with planted events, made or left by an earlier run with `keep`. */
export async function filledStore(
  options: EventOptions,
  keep: boolean,
  say: (line: string) => void,
): Promise<FilledStore> {
  const { rows, attributes, candidateShare, plant, seed } = options
  const name = [rows, attributes.length, candidateShare, plant ? 'planted' : 'same', seed].join('-')
  const folder = path.join(tmpdir(), 'aftergreen-bench-cohorts', name)
  const filled = path.join(folder, 'filled')
  // no columns but the ones that the bench adds
  const open = () =>
    openStore({ dataFolder: folder, log: say, columns: { every: 2 ** 31 - 1, activeAfter: 0 } })
  const remove = () => rm(folder, { recursive: true, force: true })
  if (!existsSync(filled)) {
    await remove()
    await mkdir(folder, { recursive: true })
    const store = await open()
    try {
      await addColumns(store, attributes)
      await fillEvents(store, options, (done) => say(`filling: ${Math.round(done * 100)} %`))
    } catch (error) {
      await store.close()
      await remove()
      throw error
    }
    await store.close()
    await writeFile(filled, '')
  }
  // opened anew: it knows the columns, and its memory is that of a start
  const store = await open()
  return {
    store,
    folder,
    async close() {
      await store.close()
      if (!keep) await remove()
    },
  }
}
