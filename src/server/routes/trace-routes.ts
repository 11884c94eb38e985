import { Hono } from 'hono'

import { AftergreenError } from '../../errors.ts'
import { findTrace } from '../../store/traces/find-trace.ts'
import type { TraceStore } from '../../store/traces/find-trace.ts'
import { metricExemplars } from '../../store/traces/metric-exemplars.ts'

const hour = 3_600_000
const longestText = 1024

/**
 * `GET /traces/:id` is everything that is known under a trace id (`Trace`; 404 TRACE_NOT_FOUND).
 * `GET /metrics/:name/exemplars` are the newest examples of a metric with their traces, at most 100 (`Exemplar`):
 * `?service=` narrows it down, `?since=` and `?until=` are times in ISO 8601; without them the hour until now.
 */
export function traceRoutes(store: () => TraceStore): Hono {
  const routes = new Hono()

  routes.get('/traces/:id', async (context) =>
    context.json(await findTrace(store(), context.req.param('id'))),
  )
  routes.get('/metrics/:name/exemplars', async (context) => {
    const until = timeOf('until', context.req.query('until')) ?? new Date()
    const since = timeOf('since', context.req.query('since')) ?? new Date(until.getTime() - hour)
    const service = context.req.query('service')
    const metric = context.req.param('name')
    for (const text of [metric, service ?? '']) {
      if (text.length > longestText) throw invalid('The name is longer than 1,024 characters.')
    }
    const exemplars = await metricExemplars(store(), {
      metric,
      from: since,
      to: until,
      ...(service !== undefined && service !== '' && { service }),
    })
    return context.json({ exemplars })
  })
  return routes
}

/** Years beyond these cannot be compared with the times of events. */
const [earliest, latest] = [Date.UTC(1970), Date.UTC(2200)]

function timeOf(name: string, text: string | undefined): Date | undefined {
  if (text === undefined || text === '') return undefined
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : undefined
  const at = time?.getTime() ?? Number.NaN
  if (time === undefined || !(at >= earliest && at <= latest)) {
    throw invalid(`“${name}” is not a time in ISO 8601.`)
  }
  return time
}

const invalid = (message: string): AftergreenError =>
  new AftergreenError('INVALID_REQUEST', message, {
    hint: 'Write for example ?service=checkout&since=2026-01-31T12:00:00Z.',
  })
