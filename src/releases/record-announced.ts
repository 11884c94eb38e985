import { AftergreenError } from '../errors.ts'
import type { LedgerRecords, RecordedRelease } from './ledger/ledger.ts'
import { releaseId } from './release-id.ts'
import type { StartRelease } from './release-service.ts'

/** Clocks of two machines may differ by this much. */
const skewMillis = 60_000

/**
 * Records what somebody announces. A version that is already being released is the same release: what the announcement
 * adds is kept as a new revision, and the earlier start counts.
 * @throws INVALID_REQUEST for a start to come
 */
export async function recordAnnounced(
  ledger: LedgerRecords,
  request: StartRelease,
  now: number,
): Promise<RecordedRelease> {
  const { service, version } = request
  const environment = request.environment ?? ''
  const startedAt = startOf(request, now)
  const timeline = (await ledger.releases()).filter(
    ({ release }) => release.service === service && release.environment === environment,
  )
  const same = sameRelease(timeline, version, startedAt)
  const recordedAt =
    same?.recordedAt ?? (same === undefined && request.startedAt ? iso(now) : undefined)
  const incident = request.incident ?? same?.incident
  // who names an incident is under pressure, and that asks for the stricter plan
  const isFix = request.incident !== undefined
  const policy =
    request.policy === undefined ? same?.policy : { ...same?.policy, ...request.policy }
  const recorded: RecordedRelease = {
    release: {
      id: same?.release.id ?? releaseId({ service, environment, version, startedAt }),
      service,
      environment,
      version,
      baselineVersion: request.baselineVersion ?? same?.release.baselineVersion ?? null,
      strategy: request.strategy ?? same?.release.strategy ?? 'canary',
      reason: request.reason ?? (isFix ? 'incident-fix' : (same?.release.reason ?? 'feature')),
      startedAt: earlier(same?.release.startedAt, startedAt),
      links: request.links ?? same?.release.links ?? [],
    },
    candidateShare: request.candidateShare ?? same?.candidateShare ?? null,
    origin: 'announced',
    ...(recordedAt !== undefined && { recordedAt }),
    ...(incident !== undefined && { incident }),
    ...(policy !== undefined && { policy }),
  }
  await ledger.recordRelease(recorded)
  return recorded
}

/**
 * The release of that version that was under way at that time, or the next one after it: only a neighbour in time can be
 * the same one, since an older version that returns is a release of its own.
 * @param timeline newest start first
 */
function sameRelease(
  timeline: readonly RecordedRelease[],
  version: string,
  startedAt: string,
): RecordedRelease | undefined {
  const before = timeline.find(({ release }) => release.startedAt <= startedAt)
  const after = timeline.findLast(({ release }) => release.startedAt > startedAt)
  return [before, after].find((other) => other?.release.version === version)
}

function startOf({ startedAt }: StartRelease, now: number): string {
  if (startedAt === undefined) return iso(now)
  const at = Date.parse(startedAt)
  if (at <= now + skewMillis) return iso(Math.min(at, now))
  throw new AftergreenError(
    'INVALID_REQUEST',
    `The release would begin at ${startedAt}, which is to come.`,
    {
      hint: 'Record a release when it begins, or with the time at which it began.',
    },
  )
}

const iso = (at: number): string => new Date(at).toISOString()

function earlier(one: string | undefined, other: string): string {
  return one !== undefined && one < other ? one : other
}
