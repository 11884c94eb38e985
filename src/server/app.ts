/**
 * The API and the pages, as one handler. No decisions here: routes translate between HTTP and the release service.
 */
import { Hono } from 'hono'

import { AftergreenError } from '../errors.ts'
import type { ReleaseService } from '../releases/release-service.ts'
import { errorBody, tellable } from './error-body.ts'
import type { Health } from './health.ts'
import type { Log } from './log.ts'
import { pageRoutes } from './routes/page-routes.ts'
import { releaseRoutes } from './routes/release-routes.ts'

export interface AppOptions {
  /** null until the server has opened its data: all but the pages and the health then answer STARTING. */
  releases: () => ReleaseService | null
  health: () => Health
  /** The folder of the built pages; null where there is none. */
  pages: string | null
  log: Log
}

export function createApp(options: AppOptions): Hono {
  const app = new Hono()

  app.use('*', async (context, next) => {
    await next()
    context.res.headers.set('x-content-type-options', 'nosniff')
    if (!context.res.headers.has('cache-control'))
      context.res.headers.set('cache-control', 'no-store')
    options.log.debug(`${context.req.method} ${context.req.path} ${context.res.status}`)
  })
  app.onError((error, context) => {
    const told = tellable(error)
    if (told.code === 'INTERNAL') {
      options.log.error(
        `${context.req.method} ${context.req.path}: ${error.stack ?? error.message}`,
      )
    }
    return Response.json(errorBody(told), { status: told.httpStatus })
  })
  app.notFound((context) => {
    const error = new AftergreenError(
      'NOT_FOUND',
      `There is nothing at ${context.req.method} ${context.req.path}.`,
    )
    return context.json(errorBody(error), 404)
  })

  app.get('/api/health', (context) => context.json(options.health()))
  app.route('/api/releases', releaseRoutes(whenReady(options.releases)))
  app.all('/api/*', (context) => context.notFound())
  app.route('/', pageRoutes(options.pages))
  return app
}

function whenReady(current: () => ReleaseService | null): ReleaseService {
  const ready = (): ReleaseService => {
    const releases = current()
    if (releases !== null) return releases
    throw new AftergreenError('STARTING', 'The server is still starting.', {
      hint: 'Ask again in a few seconds.',
    })
  }
  return {
    start: async (request) => ready().start(request),
    list: async () => ready().list(),
    verdict: async (id) => ready().verdict(id),
    evidence: async (id) => ready().evidence(id),
    history: async (id) => ready().history(id),
  }
}
