import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'

import { AftergreenError } from '../../errors.ts'
import type { ReleaseService } from '../../releases/release-service.ts'
import { checkedRequest, parsedBody } from '../checked-request.ts'

const maxBytes = 64 * 1024
const name = z.string().trim().min(1).max(256)
const filter = z.string().trim().min(1).max(10_000)

const open = z.strictObject({
  service: name,
  environment: z.string().trim().max(256).optional(),
  match: filter,
  failing: filter.optional(),
  startedAt: z.iso.datetime({ offset: true }).optional(),
})
const hint =
  'An incident has service and match, and may have environment, failing and startedAt (a time such as 2026-11-23T10:00:00Z).'

/**
 * `POST /` captures an incident (201), `GET /` lists them, `POST /:id/resolve` tells whether it is over and keeps when it
 * was first shown to be.
 */
export function incidentRoutes(
  releases: Pick<ReleaseService, 'openIncident' | 'incidents' | 'resolveIncident'>,
): Hono {
  const routes = new Hono()
  routes.post('/', bodyLimit({ maxSize: maxBytes, onError: tooLarge }), async (context) => {
    const content = parsedBody(context, await context.req.text())
    const { environment, failing, startedAt, ...rest } = checkedRequest(
      open,
      content,
      'incident',
      hint,
    )
    const incident = await releases.openIncident({
      ...rest,
      ...(environment !== undefined && { environment }),
      ...(failing !== undefined && { failing }),
      ...(startedAt !== undefined && { startedAt }),
    })
    return context.json(incident, 201)
  })
  routes.get('/', async (context) => context.json({ incidents: await releases.incidents() }))
  routes.post('/:id/resolve', async (context) => {
    parsedBody(context, (await context.req.text()) || '{}')
    return context.json(await releases.resolveIncident(context.req.param('id')))
  })
  return routes
}

function tooLarge(): never {
  throw new AftergreenError('REQUEST_TOO_LARGE', 'The body is larger than 64 KiB.', { hint })
}
