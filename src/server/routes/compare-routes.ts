import type { HttpBindings } from '@hono/node-server'
import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'

import type { CompareOptions } from '../../cohorts/compare/compare-cohorts.ts'
import type { Comparison, CompareProgress } from '../../cohorts/compare/comparison.ts'
import { AftergreenError } from '../../errors.ts'
import type { Store } from '../../store/store.ts'
import { errorBody } from '../error-body.ts'
import { jsonText } from '../json-text.ts'
import { lineResponse } from '../line-response.ts'
import { OneAtATime } from '../one-at-a-time.ts'
import { parseComparison } from './compare-request.ts'

export interface CompareSource {
  /** null until it is open */
  store: () => Store | null
  /** What failed inside. */
  onError: (error: unknown) => void
}

type Bindings = { Bindings: HttpBindings }
type Run = (options: Pick<CompareOptions, 'onProgress'>) => Promise<Comparison>

const maxBytes = 256 * 1024
const mostWaiting = 3
/** The search ends with what it has; everything ends. */
const finishMs = 5 * 60_000
const stopMs = 6 * 60_000
const progressMs = 200

/**
 * `POST /` compares two populations of a service and answers with a `Comparison`. Who accepts application/x-ndjson gets
 * lines: `{"id"}`, `{"progress": {stage, done}}` as it goes, and at last `{"comparison"}` or `{"error"}`.
 * `POST /:id/finish` lets a running search end with what it has. A caller who goes away ends it.
 */
export function compareRoutes(source: CompareSource): Hono<Bindings> {
  const routes = new Hono<Bindings>()
  const turns = new OneAtATime(mostWaiting)
  const running = new Map<string, AbortController>()

  routes.post('/', bodyLimit({ maxSize: maxBytes, onError: tooLarge }), async (context) => {
    const request = parseComparison(jsonText(context, await context.req.text()))
    const id = randomUUID()
    const finish = new AbortController()
    const stop = new AbortController()
    const { outgoing } = context.env
    outgoing.once('close', () => stop.abort(gone()))
    const timers = [
      setTimeout(() => finish.abort(), finishMs).unref(),
      setTimeout(() => stop.abort(), stopMs).unref(),
    ]
    let leave = (): void => {}
    const end = (): void => {
      timers.forEach(clearTimeout)
      running.delete(id)
      leave()
    }
    try {
      leave = await turns.enter(stop.signal)
      running.set(id, finish)
      // only a server that is asked to compare loads what that takes
      const [{ compareCohorts }, { compareRequestOf, openComparison }] = await Promise.all([
        import('../../cohorts/compare/compare-cohorts.ts'),
        import('../../cohorts/compare/store-comparison.ts'),
      ])
      const opened = await openComparison(storeOf(source), request, Date.now())
      const run: Run = async ({ onProgress }) => {
        try {
          return await compareCohorts(opened, compareRequestOf(request), {
            signal: finish.signal,
            stop: stop.signal,
            now: () => performance.now(),
            ...(onProgress !== undefined && { onProgress }),
          })
        } finally {
          await opened.close()
        }
      }
      if (context.req.header('accept')?.includes('application/x-ndjson') === true)
        return lines(id, run, end, source.onError)
      const comparison = await run({})
      end()
      return context.json(comparison)
    } catch (error) {
      end()
      if (error instanceof AftergreenError && error.code === 'COMPARE_BUSY')
        return context.json(errorBody(error), 429, { 'retry-after': '30' })
      throw error
    }
  })

  routes.post('/:id/finish', (context) => {
    const finish = running.get(context.req.param('id'))
    if (finish === undefined) return context.notFound()
    finish.abort()
    return context.json({ finishing: true }, 202)
  })
  return routes
}

const gone = (): AftergreenError => new AftergreenError('COMPARE_STOPPED', 'The caller went away.')

/** The answer as lines. */
function lines(id: string, run: Run, end: () => void, onError: (error: unknown) => void): Response {
  return lineResponse(async (write) => {
    write({ id })
    try {
      write({ comparison: await run({ onProgress: seldom((progress) => write({ progress })) }) })
    } finally {
      end()
    }
  }, onError)
}

/** At most a few times a second, and at each new stage. */
function seldom(say: (progress: CompareProgress) => void): (progress: CompareProgress) => void {
  let last = -Infinity
  let stage = ''
  return (progress) => {
    const now = performance.now()
    if (progress.stage === stage && now - last < progressMs) return
    stage = progress.stage
    last = now
    say(progress)
  }
}

function storeOf({ store }: CompareSource): Store {
  const opened = store()
  if (opened !== null) return opened
  throw new AftergreenError('STARTING', 'The server is still starting.', {
    hint: 'Ask again in a few seconds.',
  })
}

function tooLarge(): never {
  throw new AftergreenError('REQUEST_TOO_LARGE', 'The body is larger than 256 KiB.', {
    hint: 'A comparison is a few hundred bytes.',
  })
}
