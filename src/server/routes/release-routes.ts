import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'

import { AftergreenError } from '../../errors.ts'
import { problemOf } from '../checked-request.ts'
import type { ReleaseService, StartRelease } from '../../releases/release-service.ts'
import { policyLimits, type PolicySettings } from '../../releases/judge/plan/policy-for.ts'
import { releaseReasons, releaseStrategies } from '../../releases/release.ts'

const maxBodyBytes = 1024 * 1024

const name = z.string().trim().min(1).max(256)

/** Numbers of the evidence plan, each within its limits. */
const policySettings = z.strictObject(
  Object.fromEntries(
    Object.entries(policyLimits).map(([key, [least, most]]) => [
      key,
      z.number().min(least).max(most).optional(),
    ]),
  ),
)

const startRelease = z.strictObject({
  service: name,
  version: name,
  environment: z.string().trim().max(256).optional(),
  baselineVersion: name.optional(),
  strategy: z.enum(releaseStrategies).optional(),
  reason: z.enum(releaseReasons).optional(),
  links: z
    .array(
      z.strictObject({
        title: z.string().trim().min(1).max(256),
        // The page shows it as a link: nothing but the web may stand there.
        url: z.url({ protocol: /^https?$/ }).max(2048),
      }),
    )
    .max(32)
    .optional(),
  candidateShare: z.number().gt(0).lt(1).optional(),
  startedAt: z.iso.datetime({ offset: true }).optional(),
  incident: name.optional(),
  policy: policySettings.optional(),
})

/**
 * `POST /` starts a release (201 and the release), `GET /` lists them, `GET /:id` is the latest verdict, `/:id/evidence`
 * what lies behind it, `/:id/history` how it came about, and `/:id/incident` whether the incident is over that it is to fix.
 */
export function releaseRoutes(releases: ReleaseService): Hono {
  const routes = new Hono()

  routes.post('/', bodyLimit({ maxSize: maxBodyBytes, onError: tooLarge }), async (context) => {
    // A form of another site can send text/plain here, but not JSON: that needs a permission nobody gives.
    if (!/^application\/json\s*(;|$)/i.test(context.req.header('content-type') ?? '')) {
      throw new AftergreenError('UNSUPPORTED_MEDIA_TYPE', 'The body must be JSON.', {
        hint: 'Send the header "Content-Type: application/json".',
      })
    }
    const request = parseStartRelease(await context.req.text())
    return context.json(await releases.start(request), 201)
  })
  routes.get('/', async (context) => context.json({ releases: await releases.list() }))
  routes.get('/:id', async (context) =>
    context.json(await releases.verdict(context.req.param('id'))),
  )
  routes.get('/:id/evidence', async (context) =>
    context.json(await releases.evidence(context.req.param('id'))),
  )
  routes.get('/:id/history', async (context) =>
    context.json({ verdicts: await releases.history(context.req.param('id')) }),
  )
  routes.get('/:id/incident', async (context) =>
    context.json({ resolution: await releases.incidentOf(context.req.param('id')) }),
  )
  return routes
}

/** @throws INVALID_REQUEST: says which field is wrong, and how */
function parseStartRelease(text: string): StartRelease {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw new AftergreenError('INVALID_REQUEST', 'The body is not valid JSON.', {
      hint: 'A release needs at least {"service": …, "version": …}.',
      cause,
    })
  }
  const parsed = startRelease.safeParse(content)
  if (parsed.success) return withoutUndefined(parsed.data)
  throw new AftergreenError(
    'INVALID_REQUEST',
    `The release is not valid: ${problemOf(parsed.error)}.`,
    {
      hint: 'A release has service and version, and may have environment, baselineVersion, strategy, reason, links, candidateShare, startedAt, incident and policy.',
    },
  )
}

/** An optional field that is there has a value: drops those that parsing left as undefined. */
function withoutUndefined(data: z.infer<typeof startRelease>): StartRelease {
  const {
    environment,
    baselineVersion,
    strategy,
    reason,
    links,
    candidateShare,
    startedAt,
    incident,
    policy,
  } = data
  return {
    service: data.service,
    version: data.version,
    ...(environment !== undefined && { environment }),
    ...(baselineVersion !== undefined && { baselineVersion }),
    ...(strategy !== undefined && { strategy }),
    ...(reason !== undefined && { reason }),
    ...(links !== undefined && { links }),
    ...(candidateShare !== undefined && { candidateShare }),
    ...(startedAt !== undefined && { startedAt }),
    ...(incident !== undefined && { incident }),
    ...(policy !== undefined && { policy: settings(policy) }),
  }
}

function settings(policy: z.infer<typeof policySettings>): PolicySettings {
  return Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined))
}

function tooLarge(): never {
  throw new AftergreenError('REQUEST_TOO_LARGE', 'The body is larger than 1 MiB.', {
    hint: 'A release is a few hundred bytes; send telemetry to the OTLP port.',
  })
}
