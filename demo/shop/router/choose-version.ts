import { hash } from '../lib/draw.ts'

/** The instance that serves a session: always the same one. @throws where there is none */
export function instanceFor(sessionId: string, ports: readonly number[]): number {
  const port = ports[Math.floor(hash(`instance/${sessionId}`) * ports.length)]
  if (port === undefined) throw new Error('there is no instance')
  return port
}

/** Whether a session meets the new version: always the same answer for the same session and share. */
export function meetsCandidate(sessionId: string, candidateShare: number): boolean {
  return hash(`route/${sessionId}`) < candidateShare
}
