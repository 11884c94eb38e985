import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'

import { AftergreenError } from '../../errors.ts'
import { type Signal, signals } from '../../signal.ts'
import type { Imports } from '../../store/imports/imports.ts'
import { importBody } from '../../store/imports/import-body.ts'
import { isRequestKey } from '../../store/imports/request-key.ts'
import type { Store } from '../../store/store.ts'
import { type ByteBudget, withBody } from '../otlp-body.ts'

export interface ImportSource {
  /** null until it is open */
  store: () => Pick<Store, 'upkeep'> | null
  /** Memory of everything that is being received. */
  budget: ByteBudget
}

type Bindings = { Bindings: HttpBindings }

/** One request of 64 MiB, and what frames it. */
const maxBytes = 64 * 2 ** 20 + 1024
const mostKeys = 10_000

/**
 * `POST /:signal` stores export requests that were not imported before and answers what became of them
 * (`ImportOutcome`). The body is one OTLP request (application/x-protobuf), lines of OTLP JSON (application/json,
 * application/x-ndjson), or requests of either kind that each follow their length in four bytes, big end first, as the
 * Collector's file exporter writes them (application/octet-stream). 503: nothing of it can be taken now.
 * `POST /known` tells by their keys which requests need not be sent.
 */
export function importRoutes(source: ImportSource): Hono<Bindings> {
  const routes = new Hono<Bindings>()
  routes.post('/known', bodyLimit({ maxSize: 2 ** 20, onError: tooLarge }), async (context) => {
    const imports = importsOf(source)
    return context.json({ known: imports.known(keysIn(await context.req.text())) })
  })
  routes.post('/:signal', async (context) => {
    const signal = signals.find((known) => known === context.req.param('signal'))
    if (signal === undefined) return context.notFound()
    return await take(context, signal, importsOf(source), source.budget)
  })
  return routes
}

async function take(
  context: Context<Bindings>,
  signal: Signal,
  imports: Imports,
  budget: ByteBudget,
): Promise<Response> {
  const type = (context.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  const limits = { maxBytes, timeout: 60_000, budget }
  return await withBody(
    context.env.incoming,
    limits,
    () => {},
    async (body) => {
      const outcome = await imports.take(signal, importBody(type, body))
      if (outcome.refusal === null) return context.json(outcome)
      const { code, message, hint } = outcome.refusal
      if (outcome.again.length < outcome.requests) {
        return context.json({ ...outcome, refusal: { code, message, hint } })
      }
      context.header('retry-after', '5')
      throw outcome.refusal
    },
  )
}

function importsOf({ store }: ImportSource): Imports {
  const opened = store()
  if (opened === null) {
    throw new AftergreenError('STARTING', 'The server is still starting.', {
      hint: 'Ask again in a few seconds.',
    })
  }
  if (opened.upkeep !== undefined) return opened.upkeep.imports
  throw new AftergreenError(
    'READ_ONLY_STORE',
    'This Aftergreen reads the tables of somebody else and keeps no telemetry itself.',
    { hint: 'Import the files with the collector that fills these tables.' },
  )
}

function keysIn(text: string): string[] {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    content = null
  }
  const keys =
    typeof content === 'object' && content !== null && 'keys' in content ? content.keys : null
  if (Array.isArray(keys) && keys.length <= mostKeys && keys.every(isRequestKey)) return keys
  throw new AftergreenError('INVALID_REQUEST', 'The body holds no keys of requests.', {
    hint: `Send {"keys": […]} with at most ${mostKeys} keys of 32 hexadecimal digits.`,
  })
}

function tooLarge(): never {
  throw new AftergreenError('REQUEST_TOO_LARGE', 'The body is larger than 1 MiB.', {
    hint: 'Ask about fewer requests at once.',
  })
}
