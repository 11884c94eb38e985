/**
 * The load balancer in front of the instances of checkout: a plain reverse proxy, not instrumented. `POST /-/share` with a number as its
 * body sets the share of the sessions that the candidate gets; it starts at 0.
 */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeSession, sessionHeader } from '../lib/session.ts'
import { onStop, stopWithParent } from '../lib/stop.ts'
import { instanceFor, meetsCandidate } from './choose-version.ts'

const baselines = ports('BASELINE_PORTS')
const candidates = ports('CANDIDATE_PORTS')
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 })
let candidateShare = 0

const server = http.createServer((request, response) => {
  if (request.url === '/-/share') {
    void setShare(request, response)
    return
  }
  const session = decodeSession(request.headers[sessionHeader])
  const id = session?.id ?? ''
  forward(
    request,
    response,
    instanceFor(id, meetsCandidate(id, candidateShare) ? candidates : baselines),
  )
})

/** The ports in an environment variable, separated by commas. */
function ports(variable: string): number[] {
  return (process.env[variable] ?? '').split(',').map(Number)
}

function forward(request: http.IncomingMessage, response: http.ServerResponse, port: number): void {
  const outgoing = http.request(
    {
      host: '127.0.0.1',
      port,
      agent,
      method: request.method,
      path: request.url,
      headers: request.headers,
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
      answer.on('error', () => response.destroy())
    },
  )
  outgoing.on('error', () => {
    if (response.headersSent) response.destroy()
    else
      response.writeHead(502, { 'content-type': 'application/json' }).end('{"error":"bad gateway"}')
  })
  request.pipe(outgoing)
  response.on('close', () => {
    if (!response.writableFinished) outgoing.destroy()
  })
}

async function setShare(
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  const share = Number(text)
  if (!(share >= 0 && share <= 1)) {
    response.writeHead(400).end()
    return
  }
  candidateShare = share
  response.writeHead(204).end()
}

server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`listening ${(server.address() as AddressInfo).port}\n`)
})
stopWithParent()
onStop(() => {
  server.close()
})
