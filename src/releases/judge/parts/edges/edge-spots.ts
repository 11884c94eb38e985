import type { BlindSpot } from '../../../verdict.ts'
import { count } from '../../numbers-in-words.ts'
import { maxEdges } from './load-edges.ts'

export function notComparedSpot(service: string): BlindSpot {
  return {
    kind: 'search-limit',
    subject: `edges around ${service}`,
    title: `The edges around ${service} were not compared`,
    detail:
      'How its callers see it, its calls to others, and the requests of users further up are compared between two versions at the same time; there are no two. Only its own requests are compared with the time before.',
  }
}

/** Of the edges that were seen, so many are not counted. */
export function cutSpot(service: string, cut: number): BlindSpot[] {
  if (cut === 0) return []
  return [
    {
      kind: 'search-limit',
      subject: `rare edges around ${service}`,
      title: `${count(cut, 'more edge')} around ${service} ${cut === 1 ? 'was' : 'were'} not compared`,
      detail: `The ${maxEdges} edges with the most traffic are compared; what goes wrong on the others alone does not show.`,
    },
  ]
}

export function unattributedSpot(service: string, calls: number): BlindSpot[] {
  if (calls === 0) return []
  return [
    {
      kind: 'telemetry-gap',
      subject: `unanswered calls to ${service}`,
      title: `${count(calls, 'trace')} with a failed call to ${service} that nothing answered`,
      detail:
        'Both versions answer at the same address, so nobody can tell which one the calls were meant for. A version that refuses calls or dies while it serves them shows here alone.',
    },
  ]
}
