import type { Coverage } from '../store/cluster/coverage.ts'
import type { BlindSpot, Verdict } from './verdict.ts'

/**
 * The verdict of a look at which a part of the data did not answer: `hold`, and which share. What the rest showed stays
 * in it for people to see, but nothing is concluded from it.
 */
export function holdPartial(verdict: Verdict, coverage: Coverage): Verdict {
  const { service, version } = verdict.release
  const spot = partialAnswer(coverage)
  return {
    ...verdict,
    verdict: 'hold',
    phase: verdict.phase === 'superseded' ? 'superseded' : 'watching',
    headline: `Hold ${service} ${version}: ${spot.title[0]!.toLowerCase()}${spot.title.slice(1)}.`,
    blindSpots: [spot, ...verdict.blindSpots],
    notExcluded: { what: `failure rate of ${service}`, ratio: null },
  }
}

function partialAnswer({ shards, answering, missing, share }: Coverage): BlindSpot {
  if (missing.length === 0) {
    return {
      kind: 'telemetry-gap',
      title: 'A part of the data did not answer for a moment',
      detail:
        'A shard of the cluster did not answer a question of this look. All of them answer now; the next look decides.',
    }
  }
  const percent = Math.round((1 - share) * 1000) / 10
  return {
    kind: 'telemetry-gap',
    title: `${percent} % of the data did not answer`,
    detail: `${answering} of ${shards} shards of the cluster answer; missing: ${missing.join(', ')}. What happened to the requests stored there cannot be seen until they are back.`,
  }
}
