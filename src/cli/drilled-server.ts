import { AftergreenError } from '../errors.ts'
import type { DrilledServer } from '../releases/simulator/drill-releases.ts'
import { createApiClient } from './api-client.ts'
import { startPrivateServer } from './private-server.ts'
import { replayOnServer } from './server-replay.ts'

export interface OpenDrilledServer extends DrilledServer {
  close(): Promise<void>
}

/** What is simulated lies in the past; nothing is watched as it happens. */
const flags = ['--retention', 'unlimited', '--judge-every', '86400', '--log-level', 'error']
const sendMs = 60_000
const tries = 5

/** A server of a drill's own, reached as any sender and any user would. */
export async function drilledServer(folder: string): Promise<OpenDrilledServer> {
  const server = await startPrivateServer(folder, flags)
  const client = createApiClient(server.url, undefined)
  return {
    send: (signal, body) => send(`${server.otlpUrl}/v1/${signal}`, body),
    start: (request) => client.start(request),
    replay: async (id, request) => {
      // a rollback is not taken back: what would be said after it need not be waited for
      const finish = new AbortController()
      const replay = await replayOnServer(id, request, {
        server: server.url,
        token: undefined,
        finish: finish.signal,
        onEvent: (event) => {
          if ('change' in event && event.caught !== null) finish.abort()
        },
      })
      return replay.caught === null ? replay : { ...replay, complete: true }
    },
    close: () => server.stop(),
  }
}

/** Where no server is needed. */
export const noServer: OpenDrilledServer = {
  send: () => Promise.reject(new Error('There is no server.')),
  start: () => Promise.reject(new Error('There is no server.')),
  replay: () => Promise.reject(new Error('There is no server.')),
  close: () => Promise.resolve(),
}

/** An export as the protocol asks for it: what is refused for now is sent again. */
async function send(url: string, body: Buffer<ArrayBuffer>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body,
      signal: AbortSignal.timeout(sendMs),
    })
    const answer = Buffer.from(await response.arrayBuffer())
    // an answer with content tells of what was not accepted
    if (response.status === 200 && answer.length === 0) return
    const isForNow = response.status === 429 || response.status === 503
    if (!isForNow || attempt === tries) {
      throw new AftergreenError(
        'SERVER_ANSWER',
        `The server answered ${response.status} to telemetry.`,
        {
          hint: `Its receiver refused what the drill sent: ${answer.toString('latin1').slice(0, 200)}`,
        },
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 500 * attempt))
  }
}
