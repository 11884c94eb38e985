import { Hono } from 'hono'

import { seenEvaluations } from '../../config/flags/telemetry/seen-evaluations.ts'
import { AftergreenError } from '../../errors.ts'
import { parseMoment } from '../../releases/parse-moment.ts'
import type { Store } from '../../store/store.ts'

export type FlagEvaluationStore = Pick<Store, 'query' | 'relation' | 'relations'>

/**
 * `GET /flag-evaluations` counts the evaluations of feature flags in the telemetry (`SeenEvaluations`):
 * `?environment=` is one of them (left out: all), `?since=7d` a duration or a time in ISO 8601.
 */
export function flagEvaluationRoutes(store: () => FlagEvaluationStore): Hono {
  const routes = new Hono()
  routes.get('/flag-evaluations', async (context) => {
    const now = Date.now()
    const from = parseMoment(context.req.query('since') || '7d', now)
    const environment = context.req.query('environment')
    if ((environment?.length ?? 0) > 256) {
      throw new AftergreenError(
        'INVALID_REQUEST',
        'The name of the environment is longer than 256 characters.',
        { hint: 'Write for example ?environment=production&since=7d.' },
      )
    }
    const filter = { from, to: now, ...(environment !== undefined && { environment }) }
    return context.json(await seenEvaluations(store(), filter))
  })
  return routes
}
