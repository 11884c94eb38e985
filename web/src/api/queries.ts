import { queryOptions } from '@tanstack/react-query'
import type { Phase } from '../../../src/releases/verdict.ts'
import { getJson } from './get-json.ts'
import {
  isEvidence,
  isHistory,
  isIncidentList,
  isReleaseIncident,
  isReleaseList,
  isSelfChecks,
  isTrace,
  isVerdict,
} from './shapes.ts'

const watchingMs = 2_000
const restingMs = 30_000
const arrivingMs = 5_000

/** All releases, newest first. */
export const releasesQuery = queryOptions({
  queryKey: ['releases'],
  queryFn: ({ signal }) => getJson('/api/releases', isReleaseList, signal),
  refetchInterval: ({ state }) => {
    const phases = state.data?.releases.map(({ phase }) => phase) ?? []
    // the empty list promises that the first release appears by itself
    return pause(state.status, phases.length === 0 ? ['watching'] : phases)
  },
})

export const incidentsPath = '/api/incidents'

/** All incidents, newest first. */
export const incidentsQuery = queryOptions({
  queryKey: ['incidents'],
  queryFn: ({ signal }) => getJson(incidentsPath, isIncidentList, signal),
  refetchInterval: ({ state }) => (state.status === 'error' ? watchingMs : arrivingMs),
})

/** The latest verdict about one release. */
export const verdictQuery = (id: string) =>
  queryOptions({
    queryKey: ['verdict', id],
    queryFn: ({ signal }) => getJson(releasePath(id), isVerdict, signal),
    refetchInterval: ({ state }) => pause(state.status, state.data ? [state.data.phase] : []),
  })

/** What lies behind the verdict. The page asks again whenever the verdict was evaluated anew. */
export const evidenceQuery = (id: string) =>
  queryOptions({
    queryKey: ['evidence', id],
    queryFn: ({ signal }) => getJson(releasePath(id, '/evidence'), isEvidence, signal),
    refetchInterval: restingMs,
  })

/** The verdicts so far, oldest first. The page asks again whenever the verdict was evaluated anew. */
export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: ['history', id],
    queryFn: ({ signal }) => getJson(releasePath(id, '/history'), isHistory, signal),
    refetchInterval: restingMs,
  })

/** Whether the incident is over that a release is to fix. */
export const releaseIncidentQuery = (id: string) =>
  queryOptions({
    queryKey: ['incident', id],
    queryFn: ({ signal }) => getJson(releasePath(id, '/incident'), isReleaseIncident, signal),
    refetchInterval: restingMs,
  })

/** The latest drill of the judge on the past of one service. @param path as the verdict names it */
export const selfCheckQuery = (path: string) =>
  queryOptions({
    queryKey: ['self-check', path],
    queryFn: ({ signal }) => getJson(path, isSelfChecks, signal),
    refetchInterval: restingMs,
  })

/** One trace. It may not have arrived yet: asked again until it is there, and not after that. */
export const traceQuery = (id: string) =>
  queryOptions({
    queryKey: ['trace', id],
    queryFn: ({ signal }) => getJson(tracePath(id), isTrace, signal),
    refetchOnWindowFocus: false,
    refetchInterval: ({ state }) => (state.status === 'error' ? arrivingMs : false),
  })

export function tracePath(id: string): string {
  return `/api/traces/${encodeURIComponent(id)}`
}

export function releasePath(id: string, part = ''): string {
  return `/api/releases/${encodeURIComponent(id)}${part}`
}

/** Quick while something is being watched or the server is away; slow for what rests or is not looked at. */
function pause(status: string, phases: readonly Phase[]): number {
  if (document.hidden) return restingMs
  return status !== 'success' || phases.includes('watching') ? watchingMs : restingMs
}
