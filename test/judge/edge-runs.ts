/** Runs of the judge over the shop's traces, each in an environment of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { newWatchState } from '../../src/releases/judge/hypothesis.ts'
import { type Judgement, judgeRelease } from '../../src/releases/judge/judge-release.ts'
import { defaultPolicy } from '../../src/releases/judge/policy.ts'
import type { RecordedRelease } from '../../src/releases/ledger/ledger.ts'
import { sampleRelease } from '../../src/releases/testing/sample-verdict.ts'
import { detectors } from '../../src/signals/detectors.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { type EdgeTraffic, sendEdgeTraffic } from './edge-traffic.ts'

export interface EdgeRuns {
  store: Store
  folder: string
  /** A minute of traffic and one look at each release, that of checkout first. */
  run(traffic?: Partial<EdgeTraffic>, others?: readonly string[]): Promise<Judgement['verdict'][]>
  /** Traffic alone. */
  send(traffic: Partial<EdgeTraffic>): Promise<void>
  close(): Promise<void>
}

/** When every release begins, ms since 1970. */
export const began = Date.parse('2026-03-01T10:00:00Z')
const pace = { everySeconds: 1, blockSeconds: 1, lagSeconds: 0 }

export async function edgeRuns(): Promise<EdgeRuns> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-edges-'))
  const store = await openStore({ dataFolder: folder, log: () => {} })
  let seed = 0
  const send: EdgeRuns['send'] = async (traffic) => {
    seed += 1
    const usual = { seed, from: began, seconds: 60, traces: 500, share: 0.3 }
    await sendEdgeTraffic(store, { ...usual, ...traffic })
  }
  return {
    store,
    folder,
    send,
    async run(traffic = {}, others = []) {
      const environment = traffic.environment ?? `run-${seed + 1}`
      await send({ environment, ...traffic })
      const releases = [recorded('checkout', '2.0.0', '1.0.0', environment)]
      if (others.includes('payment'))
        releases.push(recorded('payment', '5.1.0', '5.0.0', environment))
      const verdicts: Judgement['verdict'][] = []
      for (const release of releases) verdicts.push(await judged(store, release, releases))
      return verdicts
    },
    async close() {
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function judged(
  store: Store,
  release: RecordedRelease,
  releases: readonly RecordedRelease[],
): Promise<Judgement['verdict']> {
  const { verdict } = await judgeRelease({
    store,
    recorded: release,
    releases,
    state: newWatchState(),
    pace,
    policy: defaultPolicy,
    detectors,
    now: began + 61_000,
    superseded: false,
    url: '',
  })
  return verdict
}

function recorded(
  service: string,
  version: string,
  baselineVersion: string,
  environment: string,
): RecordedRelease {
  const startedAt = new Date(began).toISOString()
  return {
    candidateShare: null,
    origin: 'announced',
    release: sampleRelease({
      id: `rel_${service}`,
      service,
      version,
      baselineVersion,
      environment,
      startedAt,
    }),
  }
}
