/** A release service on a real store, with a clock that a test can move. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { openReleaseService } from '../../src/releases/open-release-service.ts'
import type { ReleaseService } from '../../src/releases/release-service.ts'
import type { Verdict } from '../../src/releases/verdict.ts'
import type { Store } from '../../src/store/store.ts'
import { sendTraffic, type Traffic } from './traffic.ts'

export interface Watched {
  service: ReleaseService
  /** Of the ledger. */
  folder: string
  lines: string[]
  now(): number
  elapse(seconds: number): void
  /** Traffic that ends now. */
  traffic(traffic: Omit<Traffic, 'from'>): Promise<void>
  /** The first verdict of a look from now on that is as it should be. */
  verdict(id: string, as?: (verdict: Verdict) => boolean): Promise<Verdict>
  /** Ends this service and starts another one on the same ledger. */
  reopen(): Promise<void>
  close(): Promise<void>
}

/** @param store every query of the judge goes through it */
export async function watchedService(store: Store): Promise<Watched> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-judge-'))
  const lines: string[] = []
  let offset = 0
  const now = (): number => Date.now() + offset
  const open = (): ReturnType<typeof openReleaseService> =>
    openReleaseService({
      store,
      dataFolder: folder,
      baseUrl: 'http://127.0.0.1:4319',
      judge: { everySeconds: 0.2, blockSeconds: 1, lagSeconds: 0 },
      log: (line) => lines.push(line),
      now,
    })
  let service = await open()
  const close = async (): Promise<void> => {
    await service.close()
  }
  onTestFinished(async () => {
    await close()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    get service() {
      return service
    },
    folder,
    lines,
    now,
    elapse: (seconds) => (offset += seconds * 1000),
    traffic: (traffic) => sendTraffic(store, { ...traffic, from: now() - traffic.seconds * 1000 }),
    async verdict(id, as = () => true) {
      const since = now()
      const deadline = Date.now() + 60_000
      for (;;) {
        const verdict = await service.verdict(id)
        if (Date.parse(verdict.evaluatedAt) >= since && as(verdict)) return verdict
        if (Date.now() > deadline)
          throw new Error(`not within a minute; the latest verdict is: ${JSON.stringify(verdict)}`)
        await sleep(50)
      }
    },
    async reopen() {
      await close()
      service = await open()
    },
    close,
  }
}
