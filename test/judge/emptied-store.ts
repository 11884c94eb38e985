import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { openStore, type Store } from '../../src/store/store.ts'

/** Opens one store for all tests of a file; its spans are gone before each of them. */
export function emptiedStore(use: (store: Store) => void): void {
  let store: Store
  storeOfFile((opened) => {
    store = opened
    use(opened)
  })
  beforeEach(() => emptySpans(store))
}

/** Opens one store for all tests of a file. */
export function storeOfFile(use: (store: Store) => void): void {
  let folder: string
  let store: Store

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-judge-store-'))
    store = await openStore({ dataFolder: folder, log: () => {} })
    use(store)
  })

  afterAll(async () => {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  })
}

export async function emptySpans(store: Store): Promise<void> {
  await store.query(`TRUNCATE TABLE ${store.database}.spans`, {}, { as: 'admin' })
}
