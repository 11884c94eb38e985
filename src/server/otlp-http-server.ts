import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { otlpHttpHandler } from './otlp-http.ts'
import type { OtlpOptions } from './otlp-options.ts'

/** A server of OTLP over HTTP, not listening yet. */
export function createOtlpHttpServer(options: OtlpOptions): Server {
  const handle = otlpHttpHandler(options)
  const server = createServer((request, response) => handle(request, response))
  server.on('checkContinue', (request, response) => handle(request, response, true))
  server.headersTimeout = 15_000
  server.requestTimeout = 60_000
  server.maxConnections = 2048
  return server
}
