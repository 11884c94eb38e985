import type { DrilledSeconds } from '../releases/simulator/drill-releases.ts'
import type { ReleaseScore } from '../releases/simulator/score-release.ts'

/**
 * One line for each release that was judged.
 * @param done how many simulated releases are judged, and of how many
 */
export function progressLine(
  { number, kind, service, outcome, expected, delaySeconds, looks }: ReleaseScore,
  { send, replay, spans }: DrilledSeconds,
  [done, of]: readonly [number, number],
): string {
  const line = expected === null || expected.isDetectable ? '' : ' (below the line)'
  const delay = delaySeconds === null ? '' : ` after ${Math.round(delaySeconds / 60)} min`
  return `${done}/${of}  no. ${number} ${kind} (${service}): ${outcome}${line}${delay}; ${spans} spans sent in ${send.toFixed(1)} s, ${looks} looks in ${replay.toFixed(1)} s`
}
