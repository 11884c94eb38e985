import { versionsCounted } from './judge/parts/metrics/versions-in-metrics.ts'
import type { Store } from '../store/store.ts'
import type { Ledger, LedgerRecords, RecordedRelease } from './ledger/ledger.ts'
import { releaseId } from './release-id.ts'
import { type VersionInTraffic, versionsInTraffic } from './versions-in-traffic.ts'

/** How far back a look for new versions goes; longer than any pause between two looks. */
const lookBackMillis = 15 * 60_000

/**
 * Records a release for every version of a known service that is seen for the first time, in spans or in metrics of
 * requests, unless somebody has announced it. The first version ever seen of a service is where history begins, not a release.
 */
export async function noticeVersions(
  store: Store,
  ledger: Ledger,
  now: number,
): Promise<RecordedRelease[]> {
  const since = now - lookBackMillis
  const traced = await versionsInTraffic(store, new Date(since))
  const inTraffic = withCounted(traced, await versionsCounted(store, since))
  if (inTraffic.length === 0) return []
  return await ledger.exclusively((records) => noticeIn(inTraffic, records))
}

/**
 * Spans tell of the versions of a service that sends any, else its metrics do: a version that is only being warmed up, with
 * requests that nobody traces, answers no customer yet.
 */
function withCounted(
  traced: readonly VersionInTraffic[],
  counted: readonly VersionInTraffic[],
): VersionInTraffic[] {
  const keyOf = (one: VersionInTraffic): string => JSON.stringify([one.service, one.environment])
  const known = new Set(traced.map(keyOf))
  return [...traced, ...counted.filter((one) => !known.has(keyOf(one)))]
}

async function noticeIn(
  inTraffic: readonly VersionInTraffic[],
  ledger: LedgerRecords,
): Promise<RecordedRelease[]> {
  const known = await ledger.seenVersions()
  const announced = await ledger.releases()
  const noticed: RecordedRelease[] = []
  for (const { service, environment, version, firstSeen } of inTraffic) {
    const isSame = (other: { service: string; environment: string }): boolean =>
      other.service === service && other.environment === environment
    const earlier = known.filter(isSame)
    if (earlier.some((other) => other.version === version)) continue
    await ledger.recordVersion({ service, environment, version, firstSeen })
    known.push({ service, environment, version, firstSeen })
    if (earlier.length === 0) continue
    if (announced.some(({ release }) => isSame(release) && release.version === version)) continue
    const busiest = inTraffic
      .filter((other) => isSame(other) && other.version !== version)
      .toSorted((a, b) => b.spans - a.spans)[0]
    const recorded: RecordedRelease = {
      release: {
        id: releaseId({ service, environment, version, startedAt: firstSeen }),
        service,
        environment,
        version,
        baselineVersion: busiest?.version ?? earlier.at(-1)!.version,
        strategy: 'canary',
        reason: 'feature',
        startedAt: firstSeen,
        links: [],
      },
      candidateShare: null,
      origin: 'noticed',
    }
    await ledger.recordRelease(recorded)
    noticed.push(recorded)
  }
  return noticed
}
