import { AftergreenError } from '../../errors.ts'
import type { Store } from '../../store/store.ts'
import { drainedSoon } from '../drained-soon.ts'
import type { Ledger, RecordedRelease } from '../ledger/ledger.ts'
import type { ReleaseService } from '../release-service.ts'
import type { Verdict } from '../verdict.ts'
import { countExposures } from './exposures.ts'
import type { Incident, Resolution } from './incident.ts'
import { openIncident } from './open-incident.ts'
import { resolutionOf } from './resolution.ts'

export interface IncidentOptions {
  store: Store
  ledger: Ledger
  /** Milliseconds since the epoch. */
  now: () => number
  /** The latest verdict on a release. */
  latest: (recorded: RecordedRelease) => Promise<Verdict>
}

/** @throws INCIDENT_NOT_FOUND */
export async function findIncident(
  ledger: Pick<Ledger, 'incidents'>,
  id: string,
): Promise<Incident> {
  const incident = (await ledger.incidents()).find((one) => one.id === id)
  if (incident !== undefined) return incident
  throw new AftergreenError('INCIDENT_NOT_FOUND', `There is no incident ${id}.`, {
    hint: '`aftergreen incident list` shows the ones that are known.',
  })
}

/** What a release service does about incidents. */
export function incidentsOf({
  store,
  ledger,
  now,
  latest,
}: IncidentOptions): Pick<
  ReleaseService,
  'openIncident' | 'incidents' | 'resolveIncident' | 'incidentOf'
> {
  const resolutionNow = async (
    incident: Incident,
    recorded: RecordedRelease | undefined,
    to: number,
  ): Promise<Resolution> => {
    const release = recorded?.release
    const since = release?.startedAt ?? incident.openedAt
    // another service may hold the fix: then whoever answers is what is looked at
    const version = release?.service === incident.service ? release.version : null
    const window = { from: Date.parse(since), to, ...(version !== null && { version }) }
    const seen = await countExposures(store, incident, window, Date.parse(incident.startedAt))
    const minutes = Math.max((to - window.from) / 60_000, 1 / 60)
    return {
      incident,
      ...resolutionOf({ incident, seen, minutes }),
      since,
      version,
      fix: recorded === undefined ? null : fixOf(await latest(recorded)),
    }
  }
  return {
    async openIncident(request) {
      await drainedSoon(store)
      const incident = await openIncident(store, request, now())
      await ledger.recordIncident(incident)
      return incident
    },
    incidents: () => ledger.incidents(),
    async resolveIncident(id) {
      const incident = await findIncident(ledger, id)
      await drainedSoon(store)
      // newest first
      const recorded = (await ledger.releases()).find((one) => one.incident === id)
      const to = now()
      const resolution = await resolutionNow(incident, recorded, to)
      if (resolution.state !== 'resolved' || incident.resolvedAt !== null) return resolution
      const resolved = { ...incident, resolvedAt: new Date(to).toISOString() }
      await ledger.recordIncident(resolved)
      return { ...resolution, incident: resolved }
    },
    async incidentOf(id) {
      const recorded = (await ledger.releases()).find(({ release }) => release.id === id)
      if (recorded?.incident === undefined) return null
      return await resolutionNow(await findIncident(ledger, recorded.incident), recorded, now())
    },
  }
}

function fixOf({ release, verdict, headline, findings }: Verdict): Resolution['fix'] {
  const explained = new Set(findings.flatMap(({ explains }) => explains))
  const standing = findings.filter(({ id }) => !explained.has(id))
  const { id, version } = release
  return { id, version, verdict, headline, findings: standing.map(({ title }) => title) }
}
