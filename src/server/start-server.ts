import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { hostname } from 'node:os'

import { getRequestListener } from '@hono/node-server'

import { AftergreenError } from '../errors.ts'
import type { JudgePace } from '../releases/judge/judge-window.ts'
import { openReleaseService } from '../releases/open-release-service.ts'
import type { ReleaseService } from '../releases/release-service.ts'
import type { GuardOptions } from '../store/guard/guard.ts'
import type { TableSchema } from '../store/relations/relations.ts'
import { openStore } from '../store/store.ts'
import type { Store, StoreOptions } from '../store/store.ts'
import { isLoopback, refusal } from './admission.ts'
import type { AdmissionRules } from './admission.ts'
import { createApp } from './app.ts'
import { errorBody } from './error-body.ts'
import { createOtlpGrpcServer } from './grpc/otlp-grpc-server.ts'
import { healthOf } from './health.ts'
import { listen, stopListening, urlOf } from './listen.ts'
import type { Log } from './log.ts'
import { ByteBudget } from './otlp-body.ts'
import { createOtlpHttpServer } from './otlp-http-server.ts'
import { defaultReceivingBytes } from './otlp-options.ts'
import type { OtlpOptions } from './otlp-options.ts'
import { ownPackage } from './own-package.ts'

export interface ServerOptions {
  dataFolder: string
  /** A ClickHouse server or cluster; left out, the embedded engine. */
  clickhouseUrl?: string
  /** See `StoreOptions`. */
  clickhouseCluster?: string | undefined
  clickhouseReaderUrl?: string | undefined
  /** A PostgreSQL database that several replicas share; left out, a file in the data folder. */
  ledgerUrl?: string | undefined
  /** That server's tables are those of the Collector's exporter, and are only read; see `StoreOptions`. */
  clickhouseSchema?: TableSchema
  clickhouseTables?: string
  /** What is redacted and limited; see `StoreOptions`. */
  guard?: GuardOptions
  /** The address of all ports. Any but a loopback address requires a token. */
  address: string
  /** API and pages; 0 takes any free port. */
  port: number
  /** OTLP over HTTP; 0 takes any free port. */
  otlpPort: number
  /** OTLP over gRPC; 0 takes any free port. */
  grpcPort: number
  token?: string
  /** How long telemetry is kept, and how much of it. */
  retention?: StoreOptions['retention']
  judge: JudgePace
  /** False: the judge is not drilled by itself. */
  selfCheck?: false | undefined
  log: Log
}

export interface RunningServer {
  /** API and pages. */
  url: string
  /** What OTEL_EXPORTER_OTLP_ENDPOINT is set to. */
  otlpUrl: string
  /** The same for OTEL_EXPORTER_OTLP_PROTOCOL=grpc. */
  grpcUrl: string
  /** Stops listening, finishes what is under way, and closes the data. Takes a few seconds at most. */
  close(): Promise<void>
}

type Releases = ReleaseService & { close(): Promise<void> }

const requestGraceMs = 3000

/**
 * Starts everything on this machine: the store with its engine, the judge, the OTLP ports, the API and the pages.
 * The ports are taken first and answer STARTING until the data is open, so that a taken port is known at once and a
 * sender that is early is told to come back.
 * @throws USAGE, PORT_IN_USE, LISTEN_FAILED and what opening the store throws; nothing is left running then
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const rules = admissionRules(options)
  const { log } = options
  const { version, pages } = ownPackage()
  let store: Store | null = null
  let releases: Releases | null = null

  const budget = new ByteBudget(defaultReceivingBytes)
  const app = createApp({
    releases: () => releases,
    traces: () => store,
    comparisons: () => store,
    operation: { version, store: () => store, budget },
    health: () => healthOf(version, releases === null || store === null ? null : store.health()),
    pages,
    log,
  })
  const api = guarded(rules, getRequestListener(app.fetch))
  const receiving: OtlpOptions = {
    ingest: async (signal, requestHash, rows) => {
      if (store === null || releases === null) throw starting()
      return await store.ingest(signal, requestHash, rows)
    },
    rules,
    budget,
    onError: (error) => log.error(textOf(error)),
  }
  const otlp = createOtlpHttpServer(receiving)
  const grpc = createOtlpGrpcServer(receiving)

  const close = async (): Promise<void> => {
    await Promise.all([
      stopListening(otlp, requestGraceMs),
      grpc.stop(requestGraceMs),
      stopListening(api, requestGraceMs),
    ])
    await releases?.close()
    await store?.close()
  }

  try {
    const endpoint = { address: options.address }
    const port = await listen(api, { ...endpoint, port: options.port, flag: '--port' })
    const otlpPort = await listen(otlp, {
      ...endpoint,
      port: options.otlpPort,
      flag: '--otlp-port',
    })
    const grpcPort = await listen(grpc.server, {
      ...endpoint,
      port: options.grpcPort,
      flag: '--grpc-port',
    })
    const reachable = reachableName(options.address)
    const url = urlOf(reachable, port)
    const opened = await openStore({
      dataFolder: options.dataFolder,
      clickhouseUrl: options.clickhouseUrl,
      clickhouseCluster: options.clickhouseCluster,
      clickhouseReaderUrl: options.clickhouseReaderUrl,
      clickhouseSchema: options.clickhouseSchema,
      clickhouseTables: options.clickhouseTables,
      guard: options.guard,
      retention: options.retention,
      log: log.info,
    })
    store = opened
    releases = await openReleaseService({
      store: opened,
      dataFolder: options.dataFolder,
      ledgerUrl: options.ledgerUrl,
      baseUrl: url,
      judge: options.judge,
      selfCheck: options.selfCheck,
      log: log.info,
    })
    return {
      url,
      otlpUrl: urlOf(reachable, otlpPort),
      grpcUrl: urlOf(reachable, grpcPort),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function admissionRules({ address, token }: ServerOptions): AdmissionRules {
  const loopback = isLoopback(address)
  if (!loopback && token === undefined) {
    throw new AftergreenError(
      'USAGE',
      `Listening on ${address} needs a token, since other machines reach it.`,
      {
        hint: 'Set AFTERGREEN_TOKEN to a long random text, or listen on 127.0.0.1.',
      },
    )
  }
  if (token !== undefined && !/^[\x21-\x7e]{16,512}$/.test(token)) {
    throw new AftergreenError(
      'USAGE',
      'AFTERGREEN_TOKEN is too short, too long or not plain text.',
      {
        hint: 'Use 16 to 512 letters, digits and signs without spaces, for example from "openssl rand -hex 24".',
      },
    )
  }
  return { loopback, token }
}

function guarded(
  rules: AdmissionRules,
  next: (request: IncomingMessage, response: ServerResponse) => unknown,
): Server {
  const server = createServer((request, response) => {
    const error = refusal(request.headers, rules)
    if (error === null) next(request, response)
    else answerWith(error, request, response)
  })
  server.headersTimeout = 15_000
  server.requestTimeout = 60_000
  server.maxConnections = 2048
  return server
}

const starting = (): AftergreenError =>
  new AftergreenError('STARTING', 'The server is still starting.')

function answerWith(
  error: AftergreenError,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume()
  response.statusCode = error.httpStatus
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('cache-control', 'no-store')
  response.setHeader('connection', 'close')
  if (error.code === 'UNAUTHORIZED') {
    response.setHeader('www-authenticate', 'Basic realm="Aftergreen", charset="UTF-8"')
  }
  response.end(JSON.stringify(errorBody(error)))
}

/** A name under which a listening address can be opened. */
function reachableName(address: string): string {
  return address === '0.0.0.0' || address === '::' ? hostname() : address
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
