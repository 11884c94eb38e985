import type { StartRelease } from '../release-service.ts'
import type { Release } from '../release.ts'
import type { Replay, ReplayRequest } from '../replay/replay.ts'
import { peekingReplay } from './peeking-replay.ts'
import { planRelease } from './plan-release.ts'
import type { PlantedBug } from './planted-bugs.ts'
import type { PlannedRelease, ReleasePlan } from './release-plan.ts'
import { type JudgedRelease, type ReleaseScore, scoreRelease } from './score-release.ts'
import { simulateMemory } from './simulate-memory.ts'
import { simulateTraffic } from './simulate-traffic.ts'
import { writeGauges, writeTraces } from './write-otlp.ts'

/** The server whose judge is drilled, as anybody else reaches it. */
export interface DrilledServer {
  /** Sends an export request; resolves when it was accepted whole. */
  send(signal: 'traces' | 'metrics', body: Buffer<ArrayBuffer>): Promise<void>
  start(request: StartRelease): Promise<Release>
  /** To the first `rollback`, or to its end. */
  replay(id: string, request: ReplayRequest): Promise<Replay>
}

export interface DrillReleasesOptions {
  seed: number
  /** Which releases of the drill, each from 1. */
  numbers: readonly number[]
  /**
   * - `swapped`: the old version is announced as the new one
   * - `peeking`: a test at the 5 % level at every look, in place of the judge
   */
  bug?: PlantedBug
}

export interface DrillReleasesEvents {
  onScore: (score: ReleaseScore, seconds: DrilledSeconds) => void
  /** Aborted: no further release is begun. */
  stop: AbortSignal
}

/** Wall clock seconds that a release took. */
export interface DrilledSeconds {
  send: number
  replay: number
  spans: number
}

const everySeconds = 90
/** Minutes of telemetry in one export request. */
const minutesPerRequest = 8

/**
 * Sends whole releases to servers, lets them judge them look by look, and scores what they said. Each server takes the next
 * release when it has sent the one before, so that one is sent while another is judged.
 * @returns in the order of the numbers
 */
export async function drillReleases(
  { seed, numbers, bug }: DrillReleasesOptions,
  servers: readonly DrilledServer[],
  { onScore, stop }: DrillReleasesEvents,
): Promise<ReleaseScore[]> {
  const scores: ReleaseScore[] = []
  const waiting = numbers.values()
  const failed = new AbortController()
  const sendNext = (server: DrilledServer): { plan: ReleasePlan; sent: Promise<Sent> } | null => {
    if (stop.aborted || failed.signal.aborted) return null
    const { value: number, done } = waiting.next()
    if (done === true) return null
    const plan = planRelease(seed, number)
    const sent = bug === 'peeking' ? Promise.resolve(nothing) : sendRelease(plan, server)
    // awaited a release later
    sent.catch(() => undefined)
    return { plan, sent }
  }
  const work = async (server: DrilledServer): Promise<void> => {
    let next = sendNext(server)
    while (next !== null && !stop.aborted) {
      const { plan } = next
      const { seconds, spans } = await next.sent
      next = sendNext(server)
      const begun = performance.now()
      const replays = await judged(plan, server, bug)
      const found = replays.map(([release, replay]) => scoreRelease(plan, release, replay))
      scores.push(...found)
      const replay = (performance.now() - begun) / 1000
      for (const score of found) onScore(score, { send: seconds, replay, spans })
    }
    await next?.sent.catch(() => undefined)
  }
  const works = servers.map(async (server) => {
    try {
      await work(server)
    } catch (error) {
      failed.abort()
      throw error
    }
  })
  await Promise.allSettled(works)
  await Promise.all(works)
  return scores.toSorted((a, b) => numbers.indexOf(a.number) - numbers.indexOf(b.number))
}

const nothing: Sent = { seconds: 0, spans: 0 }

interface Sent {
  seconds: number
  spans: number
}

/** Everything that a simulated release sends, in the order of time. */
export function* exportsOf(
  plan: ReleasePlan,
): Generator<{ signal: 'traces' | 'metrics'; body: Buffer<ArrayBuffer>; spans: number }> {
  const memory = simulateMemory(plan)
  const body = writeGauges(plan.environment, 'process.memory.usage', 'By', memory)
  yield { signal: 'metrics', body, spans: 0 }
  let waiting = []
  let minutes = 0
  for (const { spans } of simulateTraffic(plan)) {
    waiting.push(...spans)
    minutes += 1
    if (minutes % minutesPerRequest > 0) continue
    if (waiting.length > 0) yield tracesOf(plan, waiting)
    waiting = []
  }
  if (waiting.length > 0) yield tracesOf(plan, waiting)
}

function tracesOf(
  { environment }: ReleasePlan,
  spans: Parameters<typeof writeTraces>[1],
): { signal: 'traces'; body: Buffer<ArrayBuffer>; spans: number } {
  return { signal: 'traces', body: writeTraces(environment, spans), spans: spans.length }
}

async function sendRelease(plan: ReleasePlan, server: DrilledServer): Promise<Sent> {
  const begun = performance.now()
  let spans = 0
  for (const each of exportsOf(plan)) {
    await server.send(each.signal, each.body)
    spans += each.spans
  }
  return { seconds: (performance.now() - begun) / 1000, spans }
}

async function judged(
  plan: ReleasePlan,
  server: DrilledServer,
  bug: PlantedBug | undefined,
): Promise<[PlannedRelease, JudgedRelease][]> {
  const { environment, releases } = plan
  if (bug === 'peeking') {
    return releases.map((release) => [release, peekingReplay(plan, release)])
  }
  const started: [PlannedRelease, Release][] = []
  // all of them are known before any is judged, as they would be to whoever judges the past
  for (const release of releases) {
    const { service, start } = release
    const startedAt = new Date(start).toISOString()
    const versions =
      bug === 'swapped'
        ? { version: release.baselineVersion, baselineVersion: release.version }
        : { version: release.version }
    const request: StartRelease = { service, environment, ...versions, startedAt }
    started.push([release, await server.start({ ...request, strategy: 'canary' })])
  }
  const replays: [PlannedRelease, JudgedRelease][] = []
  const until = new Date(plan.until).toISOString()
  for (const [release, { id }] of started)
    replays.push([release, await server.replay(id, { until, everySeconds })])
  return replays
}
