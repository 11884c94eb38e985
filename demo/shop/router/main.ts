/**
 * The load balancer in front of the instances of checkout: a plain reverse proxy, not instrumented. `POST /-/share` with a
 * number as its body sets the share of the sessions that the candidate gets; it starts at 0. `POST /-/instances` with
 * `{"baselines": [port], "candidates": [port]}` gives the traffic to other instances.
 */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeSession, sessionHeader } from '../lib/session.ts'
import { onStop, stopWithParent } from '../lib/stop.ts'
import { instanceFor, meetsCandidate } from './choose-version.ts'

let baselines = ports('BASELINE_PORTS')
let candidates = ports('CANDIDATE_PORTS')
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 })
let candidateShare = 0

const server = http.createServer((request, response) => {
  if (request.url === '/-/share') {
    void setShare(request, response)
    return
  }
  if (request.url === '/-/instances') {
    void setInstances(request, response)
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
  const share = Number(await textOf(request))
  if (!(share >= 0 && share <= 1)) {
    response.writeHead(400).end()
    return
  }
  candidateShare = share
  response.writeHead(204).end()
}

async function setInstances(
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const text = await textOf(request)
  const list = (name: string): number[] => {
    const given: unknown = Reflect.get(Object(parsed(text)), name)
    return Array.isArray(given) ? given.filter((port) => Number.isInteger(port)) : []
  }
  const [newBaselines, newCandidates] = [list('baselines'), list('candidates')]
  if (newBaselines.length === 0 || newCandidates.length === 0) {
    response.writeHead(400).end()
    return
  }
  baselines = newBaselines
  candidates = newCandidates
  response.writeHead(204).end()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function textOf(request: http.IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`listening ${(server.address() as AddressInfo).port}\n`)
})
stopWithParent()
onStop(() => {
  server.close()
})
