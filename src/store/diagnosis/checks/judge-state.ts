import { type Diagnosis, fine, unknown, wrong } from '../diagnosis.ts'

/** A release that is being watched. */
export interface WatchedRelease {
  /** Service and version. */
  name: string
  /** ISO 8601 */
  evaluatedAt: string
}

/** Releases are judged every minute, or as often as was set. */
const overdue = 10 * 60_000

/**
 * Is every release that is watched judged?
 * @param watched null where the releases could not be asked
 * @param at ISO 8601
 */
export function judgeState(watched: readonly WatchedRelease[] | null, at: string): Diagnosis[] {
  if (watched === null) {
    return [unknown('judge', 'The releases could not be asked.', 'The log of the server says why.')]
  }
  const forgotten = watched.filter(
    ({ evaluatedAt }) => Date.parse(at) - Date.parse(evaluatedAt) > overdue,
  )
  if (watched.length === 0) return [fine('judge', 'No release is being watched.')]
  if (forgotten.length === 0) {
    return [fine('judge', `${watched.length} releases are watched, and judged in time.`)]
  }
  const names = forgotten.slice(0, 5).map(({ name, evaluatedAt }) => `${name} (${evaluatedAt})`)
  return [
    wrong(
      'judge',
      `${forgotten.length} of ${watched.length} releases that are watched were not judged within ten minutes: ${names.join(', ')}.`,
      'The engine may be too slow for the questions, or not run: the log of the server says more.',
    ),
  ]
}
