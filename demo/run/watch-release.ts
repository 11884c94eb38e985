import { setTimeout as sleep } from 'node:timers/promises'
import type { Release } from '../../src/releases/release.ts'
import type { Evidence, Verdict } from '../../src/releases/verdict.ts'
import type { DemoServer } from './api.ts'
import { progressLine } from './panels.ts'
import type { Progress } from './progress.ts'

const everyMs = 2000
/** The judge looks every five seconds, at blocks of five seconds, three seconds late. */
const longestWaitMs = 45_000

/**
 * Says what has been seen so far, every two seconds, until `until` (of `performance.now()`), `ending`, or a verdict of
 * which `onVerdict` says that it is enough.
 */
export async function watchRelease(
  server: DemoServer,
  { id }: Release,
  progress: Progress,
  sent: () => number,
  until: number,
  ending: AbortSignal,
  onVerdict: (verdict: Verdict) => boolean,
): Promise<void> {
  for (;;) {
    const left = until - performance.now()
    if (left <= 0) return
    const [verdict, evidence] = await Promise.all([
      server.verdict(id).catch(() => null),
      server.evidence(id).catch(() => null),
    ])
    if (verdict !== null && onVerdict(verdict)) return
    progress.update(progressLine(verdict, evidence, sent(), left / 1000))
    await sleep(Math.max(0, Math.min(everyMs, until - performance.now())), undefined, {
      signal: ending,
    })
  }
}

/** Waits, not for ever, until a verdict covers the traffic up to `end` (Unix ms). */
export async function lastVerdict(
  server: DemoServer,
  { id }: Release,
  end: number,
  ending: AbortSignal,
): Promise<{ verdict: Verdict; evidence: Evidence }> {
  const deadline = performance.now() + longestWaitMs
  for (;;) {
    const verdict = await server.verdict(id)
    const covered = Date.parse(verdict.comparison.candidateWindow?.to ?? '') >= end
    if (covered || performance.now() > deadline) {
      return { verdict, evidence: await server.evidence(id) }
    }
    await sleep(500, undefined, { signal: ending })
  }
}
