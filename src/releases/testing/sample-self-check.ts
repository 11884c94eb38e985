import type { SelfCheckRun } from '../drill/self-check.ts'
import { type DoneDrill, summarizeSelfCheck } from '../drill/summarize-self-check.ts'
import { defaultPolicy } from '../judge/policy.ts'

/** A drill of `checkout` in production, by default one that showed nothing. */
export function sampleSelfCheck(
  changes: Partial<SelfCheckRun> = {},
  done: DoneDrill = { placebos: {}, alarmed: [], plants: [] },
): SelfCheckRun {
  return {
    service: 'checkout',
    environment: 'production',
    at: '2026-11-23T10:00:00.000Z',
    from: '2026-11-09T10:00:00.000Z',
    to: '2026-11-23T10:00:00.000Z',
    seed: 1,
    origin: 'daily',
    complete: true,
    gaps: [],
    cuts: { count: 4, seconds: 3600, requests: 20_000 },
    ...summarizeSelfCheck(done, defaultPolicy),
    ...changes,
  }
}
