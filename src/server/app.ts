/**
 * The API and the pages, as one handler. No decisions here: routes translate between HTTP and the release service.
 */
import { Hono } from 'hono'

import { AftergreenError } from '../errors.ts'
import type { ReleaseService } from '../releases/release-service.ts'
import type { TraceStore } from '../store/traces/find-trace.ts'
import { errorBody, tellable } from './error-body.ts'
import type { Health } from './health.ts'
import type { Log } from './log.ts'
import { type CompareSource, compareRoutes } from './routes/compare-routes.ts'
import { configSnapshotRoutes } from './routes/config-snapshot-routes.ts'
import { type DoctorSource, doctorRoutes } from './routes/doctor-routes.ts'
import { flagEvaluationRoutes } from './routes/flag-evaluation-routes.ts'
import { type ImportSource, importRoutes } from './routes/import-routes.ts'
import { incidentRoutes } from './routes/incident-routes.ts'
import { pageRoutes } from './routes/page-routes.ts'
import { releasePastRoutes } from './routes/release-past-routes.ts'
import { releaseRoutes } from './routes/release-routes.ts'
import { selfCheckRoutes } from './routes/self-check-routes.ts'
import { traceRoutes } from './routes/trace-routes.ts'
import { shownPath } from './shown-path.ts'

export interface AppOptions {
  /** null until the server has opened its data: all but the pages and the health then answer STARTING. */
  releases: () => ReleaseService | null
  /** Where traces are looked up; null until it is open. */
  traces?: () => TraceStore | null
  health: () => Health
  /** What the doctor and the imports need; left out, there are none. */
  operation?: Omit<DoctorSource, 'releases'> & ImportSource
  /** Where populations are compared; left out, they are not. */
  comparisons?: CompareSource['store']
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
    options.log.debug(`${context.req.method} ${shownPath(context.req.path)} ${context.res.status}`)
  })
  app.onError((error, context) => {
    const told = tellable(error)
    if (told.code === 'INTERNAL') {
      options.log.error(
        `${context.req.method} ${shownPath(context.req.path)}: ${error.stack ?? error.message}`,
      )
    }
    return Response.json(errorBody(told), { status: told.httpStatus })
  })
  app.notFound((context) => {
    const error = new AftergreenError(
      'NOT_FOUND',
      `There is nothing at ${context.req.method} ${shownPath(context.req.path)}.`,
    )
    return context.json(errorBody(error), 404)
  })

  app.get('/api/health', (context) => context.json(options.health()))
  const releases = whenReady(options.releases)
  const onError = (error: unknown): void =>
    options.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error))
  // first: "report" is no id
  app.route('/api/releases', releasePastRoutes(releases, onError))
  app.route('/api/releases', releaseRoutes(releases))
  app.route('/api/incidents', incidentRoutes(releases))
  app.route('/api/self-check', selfCheckRoutes(releases, onError))
  app.route('/api/releases', configSnapshotRoutes(releases))
  app.route(
    '/api',
    traceRoutes(() => options.traces?.() ?? sayStarting()),
  )
  app.route(
    '/api/config',
    flagEvaluationRoutes(() => options.traces?.() ?? sayStarting()),
  )
  if (options.operation !== undefined) {
    const { operation } = options
    app.route('/api/doctor', doctorRoutes({ ...operation, releases: options.releases }))
    app.route('/api/import', importRoutes(operation))
  }
  if (options.comparisons !== undefined) {
    app.route('/api/compare', compareRoutes({ store: options.comparisons, onError }))
  }
  app.all('/api/*', (context) => context.notFound())
  app.route('/', pageRoutes(options.pages))
  return app
}

function whenReady(current: () => ReleaseService | null): ReleaseService {
  const ready = (): ReleaseService => {
    const releases = current()
    return releases ?? sayStarting()
  }
  return {
    start: async (request) => ready().start(request),
    attachSnapshot: async (id, snapshot) => ready().attachSnapshot(id, snapshot),
    list: async () => ready().list(),
    verdict: async (id) => ready().verdict(id),
    evidence: async (id) => ready().evidence(id),
    history: async (id) => ready().history(id),
    signOff: async (id, request) => ready().signOff(id, request),
    replay: async (id, request, replayOptions) => ready().replay(id, request, replayOptions),
    report: async (since) => ready().report(since),
    openIncident: async (request) => ready().openIncident(request),
    incidents: async () => ready().incidents(),
    resolveIncident: async (id) => ready().resolveIncident(id),
    incidentOf: async (id) => ready().incidentOf(id),
    selfChecks: async (service) => ready().selfChecks(service),
    drill: async (request, drillOptions) => ready().drill(request, drillOptions),
  }
}

function sayStarting(): never {
  throw new AftergreenError('STARTING', 'The server is still starting.', {
    hint: 'Ask again in a few seconds.',
  })
}
