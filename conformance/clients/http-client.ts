import type { Agent, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'

export interface HttpRequest {
  /** Such as /v1/traces. */
  path: string
  method?: string
  headers: Readonly<Record<string, string>>
  body: Uint8Array
  /** In chunks, without a Content-Length. */
  chunked?: boolean
  /** "Expect: 100-continue": the body is sent once the server says so. */
  expectContinue?: boolean
  /** Not the connection of the other requests. */
  ownConnection?: boolean
  /** Breaks the connection after this many bytes of the body; the answer has the status 0 then. */
  breakAfter?: number
}

export interface HttpAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
  /** The server said "100 Continue" before it answered. */
  continued: boolean
  /** The request went over a connection that an earlier one had used. */
  reusedConnection: boolean
}

const maxAnswerBytes = 16 * 2 ** 20

/** @throws Error where there is no answer */
export async function sendHttp(
  request: HttpRequest,
  base: URL,
  agent: Agent | false,
  timeout: number,
): Promise<HttpAnswer> {
  const url = new URL(base.pathname.replace(/\/$/, '') + request.path, base)
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>()
  let continued = false
  const outgoing = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
    method: request.method ?? 'POST',
    agent,
    headers: {
      ...request.headers,
      ...(request.chunked === true
        ? { 'transfer-encoding': 'chunked' }
        : { 'content-length': String(request.body.length) }),
      ...(request.expectContinue === true ? { expect: '100-continue' } : {}),
    },
  })
  const timer = setTimeout(() => {
    outgoing.destroy(new Error(`none within ${timeout} ms`))
  }, timeout)
  let answered = false
  outgoing.on('response', (response: IncomingMessage) => {
    answered = true
    collect(response).then(
      (body) =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body,
          continued,
          reusedConnection: outgoing.reusedSocket,
        }),
      reject,
    )
  })
  // an answer may come before the body has been sent; what happens to the rest then is no failure
  outgoing.on('error', (error) => {
    if (!answered) setTimeout(() => (answered ? undefined : reject(error)), 50)
  })
  if (request.expectContinue === true) {
    outgoing.flushHeaders()
    outgoing.once('continue', () => {
      continued = true
      outgoing.end(request.body)
    })
  } else if (request.breakAfter !== undefined) {
    outgoing.write(request.body.subarray(0, request.breakAfter))
    await sleep(50)
    outgoing.destroy()
    resolve({
      status: 0,
      headers: {},
      body: Buffer.alloc(0),
      continued,
      reusedConnection: outgoing.reusedSocket,
    })
  } else if (request.chunked === true) {
    for (const part of parts(request.body)) outgoing.write(part)
    outgoing.end()
  } else outgoing.end(request.body)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    if (!outgoing.writableFinished) outgoing.destroy()
  }
}

async function collect(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxAnswerBytes) throw new Error(`more than ${maxAnswerBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** A body in a few pieces of unlike length. */
function parts(body: Uint8Array): Uint8Array[] {
  const cuts = [0, 1, 7, Math.ceil(body.length / 2), body.length].filter((at) => at <= body.length)
  return cuts.slice(1).flatMap((end, i) => {
    const part = body.subarray(cuts[i], end)
    return part.length > 0 ? [part] : []
  })
}
