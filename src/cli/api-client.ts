import type { SeenEvaluations } from '../config/flags/telemetry/seen-evaluations.ts'
import type { ConfigSnapshot } from '../config/snapshot/config-snapshot.ts'
import { AftergreenError, errorCodes } from '../errors.ts'
import type { AttachedConfiguration } from '../releases/configuration/release-configuration.ts'
import type { Incident, OpenIncident, Resolution } from '../releases/incidents/incident.ts'
import type { ReleaseSummary, StartRelease, VerdictChange } from '../releases/release-service.ts'
import type { Release } from '../releases/release.ts'
import type { ReleaseReport } from '../releases/report/release-report.ts'
import type { SignOff, SignOffRequest } from '../releases/sign-off/sign-off.ts'
import type { Verdict } from '../releases/verdict.ts'
import type { Signal } from '../signal.ts'
import type { DoctorReport } from '../store/diagnosis/doctor-report.ts'
import type { TakenRequests } from './import/import-target.ts'
import { parsedJson } from './ndjson-lines.ts'

/** The API of a running server, as the commands use it. Every method throws SERVER_UNREACHABLE, SERVER_ANSWER and what the server answers. */
export interface ApiClient {
  start(request: StartRelease): Promise<Release>
  /** Keeps a snapshot of the configuration with a release. */
  attachSnapshot(id: string, snapshot: ConfigSnapshot): Promise<AttachedConfiguration>
  /** Evaluations of feature flags in the telemetry. @param since `7d`, or a time in ISO 8601 */
  flagEvaluations(since: string): Promise<SeenEvaluations>
  list(): Promise<ReleaseSummary[]>
  verdict(id: string): Promise<Verdict>
  /** Oldest first. */
  history(id: string): Promise<VerdictChange[]>
  /** Goes on over a `hold`. */
  signOff(id: string, request: SignOffRequest): Promise<SignOff>
  /** @param since ISO 8601 */
  report(since: string): Promise<ReleaseReport>
  openIncident(request: OpenIncident): Promise<Incident>
  incidents(): Promise<Incident[]>
  resolveIncident(id: string): Promise<Resolution>
  doctor(): Promise<DoctorReport>
  /** Which requests, by their keys, were imported before. */
  imported(keys: readonly string[]): Promise<boolean[]>
  /** Stores export requests of a file, framed (see `importBody`). */
  import(signal: Signal, frames: Buffer): Promise<TakenRequests>
}

const answerMs = 30_000
/** What is sent to be kept may have to wait for the disk. */
const storeMs = 120_000

/** @param token sent as a bearer token where the server asks for one */
export function createApiClient(server: string, token: string | undefined): ApiClient {
  const base = serverAddress(server)
  const headers: Record<string, string> = { accept: 'application/json' }
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`

  const call = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    let response: Response
    let text: string
    try {
      response = await fetch(new URL(path, base), {
        ...init,
        headers: {
          ...headers,
          ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(init.body instanceof Uint8Array && { 'content-type': 'application/octet-stream' }),
        },
        signal: AbortSignal.timeout(init.body === undefined ? answerMs : storeMs),
      })
      text = await response.text()
    } catch (cause) {
      throw new AftergreenError(
        'SERVER_UNREACHABLE',
        `No Aftergreen server answers at ${base.origin}.`,
        {
          hint: 'Start one with "aftergreen serve", or name another with --server URL.',
          cause,
        },
      )
    }
    const content = parsedJson(text)
    if (response.ok && content !== undefined) return content
    throw told(content) ?? foreign(base, `it answered ${response.status} to ${path}`)
  }
  const read = async <T>(
    is: (content: unknown) => content is T,
    path: string,
    init?: RequestInit,
  ) => {
    const content = await call(path, init)
    if (is(content)) return content
    throw foreign(base, `its answer to ${path} is of another kind`)
  }

  return {
    start: async (request) =>
      read(isRelease, 'api/releases', { method: 'POST', body: JSON.stringify(request) }),
    attachSnapshot: async (id, snapshot) =>
      read(isAttached, `api/releases/${encodeURIComponent(id)}/config-snapshot`, {
        method: 'POST',
        body: JSON.stringify(snapshot),
      }),
    flagEvaluations: async (since) =>
      read(isSeen, `api/config/flag-evaluations?since=${encodeURIComponent(since)}`),
    list: async () => (await read(isList, 'api/releases')).releases,
    verdict: async (id) => read(isVerdict, `api/releases/${encodeURIComponent(id)}`),
    history: async (id) =>
      (await read(isHistory, `api/releases/${encodeURIComponent(id)}/history`)).verdicts,
    signOff: async (id, request) =>
      read(isSignOff, `api/releases/${encodeURIComponent(id)}/sign-offs`, {
        method: 'POST',
        body: JSON.stringify(request),
      }),
    report: async (since) =>
      read(isReleaseReport, `api/releases/report?since=${encodeURIComponent(since)}`),
    openIncident: async (request) =>
      read(isIncident, 'api/incidents', { method: 'POST', body: JSON.stringify(request) }),
    incidents: async () => (await read(isIncidents, 'api/incidents')).incidents,
    resolveIncident: async (id) =>
      read(isResolution, `api/incidents/${encodeURIComponent(id)}/resolve`, {
        method: 'POST',
        body: '{}',
      }),
    doctor: async () => read(isReport, 'api/doctor'),
    imported: async (keys) => {
      const body = JSON.stringify({ keys })
      return (await read(isKnown, 'api/import/known', { method: 'POST', body })).known
    },
    import: async (signal, frames) =>
      read(isTaken, `api/import/${signal}`, {
        method: 'POST',
        body: frames as Buffer<ArrayBuffer>,
      }),
  }
}

// Enough to tell an Aftergreen server from whatever else may listen there; its own answers are typed on its side.
const isRelease = (content: unknown): content is Release => has(content, 'id', 'service', 'version')
const isSeen = (content: unknown): content is SeenEvaluations =>
  has(content, 'since', 'evaluations') &&
  'evaluations' in content &&
  Array.isArray(content.evaluations)
const isAttached = (content: unknown): content is AttachedConfiguration =>
  has(content, 'releaseId', 'added', 'configuration')
const isVerdict = (content: unknown): content is Verdict =>
  has(content, 'release', 'verdict', 'headline', 'findings', 'comparison')
const isHistory = (content: unknown): content is { verdicts: VerdictChange[] } =>
  has(content, 'verdicts') && 'verdicts' in content && Array.isArray(content.verdicts)
const isSignOff = (content: unknown): content is SignOff => has(content, 'releaseId', 'accepted')
const isReleaseReport = (content: unknown): content is ReleaseReport =>
  has(content, 'releases', 'signedOff', 'accepted')
const isIncident = (content: unknown): content is Incident => has(content, 'id', 'signature')
const isIncidents = (content: unknown): content is { incidents: Incident[] } =>
  has(content, 'incidents')
const isResolution = (content: unknown): content is Resolution =>
  has(content, 'incident', 'state', 'evidence')
const isReport = (content: unknown): content is DoctorReport =>
  has(content, 'findings', 'state', 'source')
const isKnown = (content: unknown): content is { known: boolean[] } => has(content, 'known')
const isTaken = (content: unknown): content is TakenRequests => has(content, 'duplicate', 'again')
const isList = (content: unknown): content is { releases: ReleaseSummary[] } =>
  has(content, 'releases') && 'releases' in content && Array.isArray(content.releases)

function has(content: unknown, ...fields: string[]): content is object {
  return (
    typeof content === 'object' && content !== null && fields.every((field) => field in content)
  )
}

/** @throws USAGE */
export function serverAddress(server: string): URL {
  const url = URL.parse(server.endsWith('/') ? server : `${server}/`)
  if (url !== null && /^https?:$/.test(url.protocol)) return url
  throw new AftergreenError('USAGE', `"${server}" is not the address of a server.`, {
    hint: 'Give it as http://HOST:PORT, for example http://127.0.0.1:4319.',
  })
}

/** The error that the server sent, as one of our own; null where it sent none that we know. */
export function told(content: unknown): AftergreenError | null {
  if (typeof content !== 'object' || content === null || !('error' in content)) return null
  const { error } = content
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error))
    return null
  const code = errorCodes.find((known) => known === error.code)
  if (code === undefined) return null
  const hint = 'hint' in error && typeof error.hint === 'string' ? { hint: error.hint } : {}
  return new AftergreenError(code, String(error.message), hint)
}

export function foreign(base: URL, what: string): AftergreenError {
  return new AftergreenError(
    'SERVER_ANSWER',
    `The server at ${base.origin} does not speak this API: ${what}.`,
    {
      hint: 'Check --server: it must be the address that "aftergreen serve" printed for the page.',
    },
  )
}
