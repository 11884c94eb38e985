import { connect, constants } from 'node:http2'
import type { IncomingHttpHeaders } from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'

export interface FramesRequest {
  path: string
  headers?: Readonly<Record<string, string>>
  /** Written one after another. */
  data: readonly Buffer[]
  /** Cancels the call in place of ending it, once all is written; the answer is empty then. */
  cancel?: boolean
}

export interface FramesAnswer {
  headers: IncomingHttpHeaders
  /** Those of the headers where the answer has no body. */
  trailers: IncomingHttpHeaders
  data: Buffer
}

/** A message as it lies in a call of gRPC: a flag, the length, the bytes. */
export function framed(message: Uint8Array, flag = 0, length = message.length): Buffer {
  const prefix = Buffer.alloc(5)
  prefix[0] = flag
  prefix.writeUInt32BE(length, 1)
  return Buffer.concat([prefix, message])
}

/** Makes a call by hand. @throws Error where there is no answer */
export async function callFrames(
  request: FramesRequest,
  url: URL,
  headers: Readonly<Record<string, string>>,
  timeout: number,
): Promise<FramesAnswer> {
  const session = connect(url)
  const { promise, resolve, reject } = Promise.withResolvers<FramesAnswer>()
  session.on('error', reject)
  const stream = session.request({
    ':method': 'POST',
    ':path': request.path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
    ...request.headers,
  })
  const timer = setTimeout(() => reject(new Error(`none within ${timeout} ms`)), timeout)
  const chunks: Buffer[] = []
  let answer: IncomingHttpHeaders | undefined
  let trailers: IncomingHttpHeaders | undefined
  stream.on('response', (received) => (answer = received))
  stream.on('trailers', (received) => (trailers = received))
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.on('error', reject)
  stream.on('close', () => {
    if (answer === undefined) reject(new Error('the call was closed without an answer'))
    else {
      resolve({ headers: answer, trailers: trailers ?? answer, data: Buffer.concat(chunks) })
    }
  })
  try {
    for (const part of request.data) {
      stream.write(part)
      if (request.data.length > 1) await sleep(2)
    }
    if (request.cancel === true) {
      await sleep(30)
      stream.close(constants.NGHTTP2_CANCEL)
      resolve({ headers: {}, trailers: {}, data: Buffer.alloc(0) })
    } else stream.end()
    return await promise
  } finally {
    clearTimeout(timer)
    session.destroy()
  }
}
