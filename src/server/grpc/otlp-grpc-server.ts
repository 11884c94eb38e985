import { createServer } from 'node:http2'
import type { Http2Server, ServerHttp2Session } from 'node:http2'
import type { OtlpOptions } from '../otlp-options.ts'
import { otlpGrpcHandler } from './otlp-grpc.ts'

/** A server of OTLP over gRPC, not listening yet. */
export interface OtlpGrpcServer {
  server: Http2Server
  /** Stops listening, lets the calls under way finish for at most `graceMs`, then cuts what is left. */
  stop(graceMs: number): Promise<void>
}

/** A connection without calls is closed after this long; senders open another one when they need it. */
const idleMs = 10 * 60_000

export function createOtlpGrpcServer(options: OtlpOptions): OtlpGrpcServer {
  const sessions = new Set<ServerHttp2Session>()
  const server = createServer({
    settings: {
      maxConcurrentStreams: 128,
      // more than the default of 64 KiB is under way at once, so that distance does not slow a sender
      initialWindowSize: 2 ** 20,
      maxHeaderListSize: 16 * 2 ** 10,
      enablePush: false,
    },
    // in MB; what streams hold beyond the byte budget, above all their windows
    maxSessionMemory: 64,
    maxSessionInvalidFrames: 100,
  })
  server.maxConnections = 2048
  server.on('session', (session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
    // broken by the other side: there is nobody to tell
    session.on('error', () => session.destroy())
    session.setTimeout(idleMs, () => session.close())
  })
  server.on('stream', otlpGrpcHandler(options))
  return { server, stop: (graceMs) => stop(server, sessions, graceMs) }
}

async function stop(
  server: Http2Server,
  sessions: ReadonlySet<ServerHttp2Session>,
  graceMs: number,
): Promise<void> {
  if (!server.listening) return
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // tells every sender to open no more calls on this connection, which ends after the last one
  for (const session of sessions) session.close()
  const cut = setTimeout(() => {
    for (const session of sessions) session.destroy()
  }, graceMs)
  await closed
  clearTimeout(cut)
}
