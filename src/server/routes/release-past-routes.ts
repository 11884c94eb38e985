import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'

import { AftergreenError } from '../../errors.ts'
import type { ReleaseService } from '../../releases/release-service.ts'
import type { Replay, ReplayEvent, ReplayRequest } from '../../releases/replay/replay.ts'
import type { SignOffRequest } from '../../releases/sign-off/sign-off.ts'
import { checkedRequest, parsedBody } from '../checked-request.ts'
import { lineResponse } from '../line-response.ts'
import { OneAtATime } from '../one-at-a-time.ts'
import { whileCallerWaits } from '../while-caller-waits.ts'

const maxBytes = 64 * 1024
const mostWaiting = 3
/** A replay that takes longer ends with what it has. */
const longestMs = 15 * 60_000
const usualDays = 90

const text = (max: number) => z.string().trim().min(1).max(max)
const time = z.iso.datetime({ offset: true })

const replayQuery = z.strictObject({
  until: time.optional(),
  every: z.coerce.number().min(1).max(86_400).optional(),
})
const reportQuery = z.strictObject({ since: time.optional() })
const signOff = z.strictObject({
  accept: z.array(text(64)).max(200),
  by: text(200),
  note: text(4000),
})

type Bindings = { Bindings: HttpBindings }

/**
 * `GET /report?since=` tells how verdicts and sign-offs turned out, `GET /:id/replay?until=&every=` judges a release look
 * by look as it would have been judged then, and `POST /:id/sign-offs` goes on over a `hold`. Who accepts
 * application/x-ndjson gets a replay as lines: `{"plan"}`, `{"progress"}`, `{"change"}`, and at last `{"replay"}` or
 * `{"error"}`. A caller who goes away ends it.
 */
export function releasePastRoutes(
  releases: Pick<ReleaseService, 'replay' | 'report' | 'signOff'>,
  onError: (error: unknown) => void,
): Hono<Bindings> {
  const routes = new Hono<Bindings>()
  const turns = new OneAtATime(mostWaiting, 'replays')

  routes.get('/report', async (context) => {
    const { since } = checkedRequest(reportQuery, context.req.query(), 'report', hints.report)
    const from = since === undefined ? Date.now() - usualDays * 86_400_000 : Date.parse(since)
    return context.json(await releases.report(from))
  })

  routes.get('/:id/replay', async (context) => {
    const { until, every } = checkedRequest(
      replayQuery,
      context.req.query(),
      'replay',
      hints.replay,
    )
    const request: ReplayRequest = {
      ...(until !== undefined && { until }),
      ...(every !== undefined && { everySeconds: every }),
    }
    const id = context.req.param('id')
    const run = (onEvent: (event: ReplayEvent) => void): Promise<Replay> =>
      whileCallerWaits(context.env.outgoing, turns, longestMs, (stop) =>
        releases.replay(id, request, { onEvent, stop }),
      )
    if (context.req.header('accept')?.includes('application/x-ndjson') !== true)
      return context.json(await run(() => {}))
    return lineResponse(async (write) => write({ replay: await run(write) }), onError)
  })

  const limit = bodyLimit({ maxSize: maxBytes, onError: tooLarge })
  routes.post('/:id/sign-offs', limit, async (context) => {
    const content = parsedBody(context, await context.req.text())
    const request: SignOffRequest = checkedRequest(signOff, content, 'sign-off', hints.signOff)
    return context.json(await releases.signOff(context.req.param('id'), request), 201)
  })
  return routes
}

const hints = {
  report: 'It may have since, a time such as 2026-11-23T10:00:00Z.',
  replay: 'It may have until, a time such as 2026-11-23T10:00:00Z, and every, in seconds.',
  signOff: 'It has accept (the ids of what is accepted unseen), by (a name) and note.',
}

function tooLarge(): never {
  throw new AftergreenError('REQUEST_TOO_LARGE', 'The body is larger than 64 KiB.', {
    hint: 'A sign-off has accept, by and note.',
  })
}
