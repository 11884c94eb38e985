/** Processes of two versions on a clock of their own, and the judge's look at what they sent. */
import { newWatchState, type WatchState } from '../../src/releases/judge/hypothesis.ts'
import { type Judgement, judgeRelease } from '../../src/releases/judge/judge-release.ts'
import { defaultPolicy, type Policy } from '../../src/releases/judge/policy.ts'
import { createRandom, type Random } from '../../src/stats/random.ts'
import type { Store } from '../../src/store/store.ts'
import { vi } from 'vitest'
import { otlpServers } from '../otlp/otlp-servers.ts'
import { type MetricProcess, type ProcessSpec, setTime, startProcess } from './metric-processes.ts'

/** When the release begins. */
export const releasedAt = Date.parse('2026-07-01T12:00:00Z')

/** Two processes of the old version and two of the new one. */
export const fourProcesses: readonly ProcessSpec[] = [
  { version: '1.0.0', instance: 'old-1' },
  { version: '1.0.0', instance: 'old-2' },
  { version: '2.0.0', instance: 'new-1' },
  { version: '2.0.0', instance: 'new-2' },
]

/** What a process does in one interval, and how old it is then, in ms. */
export type Work = (process: MetricProcess, age: number) => void

export interface MetricFleet {
  random: Random
  /** One interval of the metrics of all processes, several times. */
  run(steps: number, work: Work): Promise<void>
  begin(spec: ProcessSpec): void
  /** Ends without a last word. */
  end(instance: string): void
  look(state?: WatchState, policy?: Policy): Promise<Judgement>
  now(): number
}

/**
 * @param before intervals in which the old version runs alone
 * @param pauseMillis after them, in which it sends nothing
 * @param aheadMillis so long before the release the new version begins
 */
export async function metricFleet(
  store: Store,
  service: string,
  processes: readonly ProcessSpec[],
  work: Work,
  { stepMillis = 10_000, before = 6, pauseMillis = 0, aheadMillis = 0 } = {},
): Promise<MetricFleet> {
  const { url } = await otlpServers({ ingest: (...request) => store.ingest(...request) })
  const running = new Map<string, { process: MetricProcess; since: number }>()
  let at = releasedAt - aheadMillis - before * stepMillis - pauseMillis
  setTime(at)
  const fleet: MetricFleet = {
    random: createRandom(7),
    now: () => at,
    begin(spec) {
      running.set(spec.instance, { process: startProcess(url, { ...spec, service }), since: at })
    },
    end: (instance) => running.delete(instance),
    async run(steps, each) {
      for (let i = 0; i < steps; i++) {
        for (const { process, since } of running.values()) each(process, at - since)
        at += stepMillis
        setTime(at)
        await Promise.all([...running.values()].map(({ process }) => process.flush()))
      }
    },
    async look(state = newWatchState(), policy = defaultPolicy) {
      // the store's own work takes real time
      vi.useRealTimers()
      await store.drained()
      const judgement = await judgeRelease({
        store,
        recorded: {
          release: {
            id: service,
            service,
            environment: '',
            version: '2.0.0',
            baselineVersion: '1.0.0',
            strategy: 'canary',
            reason: 'feature',
            startedAt: new Date(releasedAt).toISOString(),
            links: [],
          },
          candidateShare: null,
          origin: 'announced',
        },
        state,
        pace: { everySeconds: 10, blockSeconds: 10, lagSeconds: 0 },
        policy,
        detectors: [],
        now: at,
        superseded: false,
        url: 'http://127.0.0.1:4319/releases/x',
      })
      setTime(at)
      return judgement
    },
  }
  for (const spec of processes) if (spec.version === '1.0.0') fleet.begin(spec)
  await fleet.run(before, work)
  at = releasedAt - aheadMillis
  setTime(at)
  for (const spec of processes) if (spec.version !== '1.0.0') fleet.begin(spec)
  return fleet
}
