import { hash } from '../lib/draw.ts'

/** Whether a session meets the new version: always the same answer for the same session and share. */
export function meetsCandidate(sessionId: string, candidateShare: number): boolean {
  return hash(`route/${sessionId}`) < candidateShare
}
