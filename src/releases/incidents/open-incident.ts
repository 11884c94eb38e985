import { createHash } from 'node:crypto'
import { AftergreenError } from '../../errors.ts'
import { clopperPearson } from '../../stats/clopper-pearson.ts'
import type { Store } from '../../store/store.ts'
import { countExposures } from './exposures.ts'
import type { Incident, OpenIncident } from './incident.ts'

const usualMillis = 3_600_000
const usualFailing = 'status = "error"'

/**
 * Captures what fails, as telemetry has it now.
 * @param now ms since 1970
 * @throws INCIDENT_UNSEEN where nothing that matches fails; FILTER_SYNTAX, FILTER_VALUE, COMPARE_COLUMN, INVALID_REQUEST
 */
export async function openIncident(
  store: Store,
  request: OpenIncident,
  now: number,
): Promise<Incident> {
  const { service, environment = null, match, failing = usualFailing } = request
  const from = request.startedAt === undefined ? now - usualMillis : Date.parse(request.startedAt)
  if (!(from < now)) {
    throw new AftergreenError('INVALID_REQUEST', 'The incident would begin in the time to come.', {
      hint: 'Give the time at which it began, such as 2h ago.',
    })
  }
  const startedAt = new Date(from).toISOString()
  const seen = await countExposures(
    store,
    { service, environment, match, failing },
    { from, to: now },
  )
  const { exposures, failures, exemplars } = seen
  if (failures === 0) {
    throw new AftergreenError(
      'INCIDENT_UNSEEN',
      exposures === 0
        ? `No request of ${service} since ${startedAt} matches ${match}.`
        : `None of ${exposures} requests of ${service} since ${startedAt} that match ${match} is a failure (${failing}).`,
      {
        hint: 'Look with --started further back, match more, or say what a failure is: --failing.',
      },
    )
  }
  const openedAt = new Date(now).toISOString()
  const hash = createHash('sha256').update(JSON.stringify([service, match, failing, openedAt]))
  const name = service.replaceAll(/[^A-Za-z0-9._]+/g, '-').slice(0, 40)
  return {
    id: `incident-${name}-${hash.digest('hex').slice(0, 6)}`,
    service,
    environment,
    match,
    failing,
    startedAt,
    openedAt,
    signature: {
      exposures,
      failures,
      exemplars,
      rate: failures / exposures,
      rateAtLeast: clopperPearson(failures, exposures, 0.9).low,
      exposuresPerMinute: exposures / ((now - from) / 60_000),
    },
    resolvedAt: null,
  }
}
