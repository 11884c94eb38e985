import { createHash } from 'node:crypto'
import type { Finding } from '../../verdict.ts'
import { type HistoryInput, lookAtHistory, readHistory } from '../history/look-at-history.ts'
import { newWatchState } from '../hypothesis.ts'
import { duration } from '../numbers-in-words.ts'
import type { EvidencePart, PartContext, PartLook, PartSource } from '../parts/evidence-part.ts'
import { lateWindow } from './late-windows.ts'

/**
 * What begins long after the release: in the comparison of the whole watch with the time before it, hours without a fault
 * weigh against the minutes with one. So the latest part of the watch is compared with what was before *it*, by the same
 * calibrated comparison, at a share of the error budget of its own.
 */
export const latePart: EvidencePart = {
  name: 'late',
  alphaShare: ({ lateShare }) => lateShare,
  begin: (source) => {
    const input = historyOfLate(source)
    if (input === null) return () => Promise.resolve(null)
    const reading = source.ahead.start(() => readHistory(input))
    return (context) => lookLate(input, reading, context)
  },
}

/** Null while the watch is too short to have a latest part. */
function historyOfLate(source: PartSource): HistoryInput | null {
  const { store, recorded, window, pace, policy, detectors, table, now } = source
  const late = lateWindow(window.from, window.to)
  if (late === null) return null
  const from = new Date(late.from).toISOString()
  return {
    store,
    release: { ...recorded.release, startedAt: from },
    window: { ...window, from: late.from },
    policy: { ...policy, historyShare: policy.lateShare * late.share },
    baseMillis: pace.blockSeconds * 1000,
    detectors,
    table,
    known: { table, from: window.from },
    sample: source.sample,
    now: new Date(now).toISOString(),
    than: thanBefore(late.from, window.from),
    cache: source.historyCache,
  }
}

async function lookLate(
  input: HistoryInput,
  reading: ReturnType<typeof readHistory>,
  { findings }: PartContext,
): Promise<PartLook | null> {
  const look = await lookAtHistory(input, newWatchState(), reading)
  if (look === null) return null
  return {
    findings: look.findings
      .filter((finding) => finding.kind !== 'missing-traffic')
      .map(told)
      .filter((finding) => !findings.some((other) => sameClaim(finding, other))),
    isAlarmed: look.isAlarmed,
    claims: [],
    withheld: null,
    spots: [],
    memory: {},
  }
}

/** The comparison of the whole watch has found it too, and says more of it. */
function sameClaim(one: Finding, other: Finding): boolean {
  return (
    other.comparison === 'before-after' &&
    other.kind === one.kind &&
    JSON.stringify(other.cohort) === JSON.stringify(one.cohort)
  )
}

function thanBefore(from: number, start: number): string {
  const time = new Date(from).toISOString().slice(11, 16)
  return `than before ${time} UTC, ${duration((from - start) / 1000)} after the release began`
}

/** A comparison of its own: a finding of its own. */
function told(finding: Finding): Finding {
  return { ...finding, id: lateId(finding.id), explains: finding.explains.map(lateId) }
}

function lateId(id: string): string {
  return createHash('sha256').update(`late ${id}`).digest('hex').slice(0, 10)
}
