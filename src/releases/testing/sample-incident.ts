import type { Incident } from '../incidents/incident.ts'

/** An hour in which one in fifty matching requests failed. */
export function sampleIncident(changes: Partial<Incident> = {}): Incident {
  return {
    id: 'incident-checkout-000000',
    service: 'checkout',
    environment: null,
    match: 'app.plan = "business"',
    failing: 'status = "error"',
    startedAt: '2026-03-02T10:00:00.000Z',
    openedAt: '2026-03-02T11:00:00.000Z',
    signature: {
      exposures: 6000,
      failures: 120,
      rate: 0.02,
      rateAtLeast: 0.02,
      exposuresPerMinute: 100,
      exemplars: [],
    },
    resolvedAt: null,
    ...changes,
  }
}
