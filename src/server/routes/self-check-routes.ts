import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'

import { AftergreenError } from '../../errors.ts'
import { type DrillEvent, type DrillReport, plantedBugs } from '../../releases/drill/self-check.ts'
import type { ReleaseService } from '../../releases/release-service.ts'
import { checkedRequest, parsedBody } from '../checked-request.ts'
import { lineResponse } from '../line-response.ts'
import { OneAtATime } from '../one-at-a-time.ts'
import { whileCallerWaits } from '../while-caller-waits.ts'

const maxBytes = 64 * 1024
const mostWaiting = 3
/** A drill that takes longer ends with what it has. */
const longestMs = 30 * 60_000
const usualPast = 14 * 86_400_000

const name = z.string().trim().min(1).max(256)
const environment = z.string().trim().max(256)

const latest = z.strictObject({ service: name.optional(), environment: environment.optional() })
const drill = z.strictObject({
  service: name.optional(),
  environment: environment.optional(),
  since: z.iso.datetime({ offset: true }).optional(),
  placebos: z.int().min(0).max(2000).default(40),
  planted: z.int().min(0).max(2000).default(40),
  seed: z.int().min(0).max(1_000_000_000).default(1),
  bug: z.enum(plantedBugs).optional(),
})
const hints = {
  latest: 'It may have service and environment.',
  drill: 'It may have service, environment, since (a time), placebos, planted, seed and bug.',
}

type Bindings = { Bindings: HttpBindings }

/**
 * `GET /?service=` has the latest drill of each service and environment, `POST /drills` drills now. Who accepts
 * application/x-ndjson gets that as lines: `{"progress"}`, `{"run"}`, and at last `{"report"}` or `{"error"}`. A caller who
 * goes away ends it.
 */
export function selfCheckRoutes(
  releases: Pick<ReleaseService, 'selfChecks' | 'drill'>,
  onError: (error: unknown) => void,
): Hono<Bindings> {
  const routes = new Hono<Bindings>()
  const turns = new OneAtATime(mostWaiting, 'drills')

  routes.get('/', async (context) => {
    const query = checkedRequest(latest, context.req.query(), 'question', hints.latest)
    const runs = await releases.selfChecks(query.service)
    const selfChecks = runs.filter(
      (run) => query.environment === undefined || run.environment === query.environment,
    )
    return context.json({ selfChecks })
  })

  const limit = bodyLimit({ maxSize: maxBytes, onError: tooLarge })
  routes.post('/drills', limit, async (context) => {
    const content = parsedBody(context, await context.req.text())
    const {
      since,
      service,
      environment: where,
      bug,
      ...counts
    } = checkedRequest(drill, content, 'drill', hints.drill)
    const request = {
      ...counts,
      since: since === undefined ? Date.now() - usualPast : Date.parse(since),
      ...(service !== undefined && { service }),
      ...(where !== undefined && { environment: where }),
      ...(bug !== undefined && { bug }),
    }
    const run = (onEvent: (event: DrillEvent) => void): Promise<DrillReport> =>
      whileCallerWaits(context.env.outgoing, turns, longestMs, (stop) =>
        releases.drill(request, { onEvent, stop }),
      )
    if (context.req.header('accept')?.includes('application/x-ndjson') !== true)
      return context.json(await run(() => {}))
    return lineResponse(async (write) => write({ report: await run(write) }), onError)
  })
  return routes
}

function tooLarge(): never {
  throw new AftergreenError('REQUEST_TOO_LARGE', 'The body is larger than 64 KiB.', {
    hint: hints.drill,
  })
}
