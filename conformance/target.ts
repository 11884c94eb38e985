import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { callGrpc } from './clients/grpc-client.ts'
import type { GrpcAnswer, GrpcRequest } from './clients/grpc-client.ts'
import { callFrames } from './clients/grpc-frames.ts'
import type { FramesAnswer, FramesRequest } from './clients/grpc-frames.ts'
import { sendHttp } from './clients/http-client.ts'
import type { HttpAnswer, HttpRequest } from './clients/http-client.ts'
import { Unmet } from './conformance-case.ts'

export interface TargetOptions {
  /** Without the paths /v1/...: they are added. */
  url: URL
  /** Left out where only HTTP is to be checked. */
  grpcUrl?: URL
  /** Sent with every request, over gRPC as metadata. */
  headers: Readonly<Record<string, string>>
  /** The largest request that the server is set to take, after decompression. */
  limitBytes: number
  /** Of one request, in ms. */
  timeout: number
}

/** The server under test, as one case sees it: HTTP requests go over one connection, one after another. */
export class Target {
  readonly limitBytes: number
  /** What the case said and heard last, for the report. */
  lastExchange: { sent: string; seen: string } | undefined
  readonly #options: TargetOptions
  readonly #agent: HttpAgent | HttpsAgent

  constructor(options: TargetOptions) {
    this.#options = options
    this.limitBytes = options.limitBytes
    const agentOptions = { keepAlive: true, maxSockets: 1 }
    this.#agent =
      options.url.protocol === 'https:' ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions)
  }

  async send(request: HttpRequest): Promise<HttpAnswer> {
    const { url, headers, timeout } = this.#options
    const sent = `${request.method ?? 'POST'} ${request.path} ${listed(request.headers)}, ${request.body.length} bytes${excerpt(request.body)}`
    const agent = request.ownConnection === true ? false : this.#agent
    const answer = await this.#recorded(sent, () =>
      sendHttp({ ...request, headers: { ...headers, ...request.headers } }, url, agent, timeout),
    )
    this.lastExchange = {
      sent,
      seen: `${answer.status} ${listed(answer.headers)}, ${answer.body.length} bytes${excerpt(answer.body)}`,
    }
    return answer
  }

  /** A call through a client of gRPC. */
  async call(request: GrpcRequest): Promise<GrpcAnswer> {
    const { headers, timeout } = this.#options
    const sent = `${request.path} ${request.gzip === true ? 'gzip' : ''}, ${request.message.length} bytes${excerpt(request.message)}`
    const answer = await this.#recorded(sent, () =>
      callGrpc(request, this.#grpcUrl(), headers, timeout),
    )
    this.lastExchange = {
      sent,
      seen: `status ${answer.code} "${answer.details}" after ${answer.message?.length ?? 0} bytes`,
    }
    return answer
  }

  /** A call in frames of its own, as no client of gRPC makes it. */
  async frames(request: FramesRequest): Promise<FramesAnswer> {
    const { headers, timeout } = this.#options
    const body = Buffer.concat(request.data)
    const sent = `${request.path} ${listed(request.headers ?? {})}, ${request.data.length} frames, ${body.length} bytes${excerpt(body)}`
    const answer = await this.#recorded(sent, () =>
      callFrames(request, this.#grpcUrl(), headers, timeout),
    )
    this.lastExchange = {
      sent,
      seen: `${listed({ ...answer.headers, ...answer.trailers })}, ${answer.data.length} bytes`,
    }
    return answer
  }

  close(): void {
    this.#agent.destroy()
  }

  #grpcUrl(): URL {
    const { grpcUrl } = this.#options
    if (grpcUrl === undefined) throw new Error('There is no gRPC address.')
    return grpcUrl
  }

  /** No answer is an answer, too: the server fails the case. */
  async #recorded<T>(sent: string, exchange: () => Promise<T>): Promise<T> {
    this.lastExchange = { sent, seen: 'nothing yet' }
    try {
      return await exchange()
    } catch (error) {
      const seen = `no answer: ${error instanceof Error ? error.message : String(error)}`
      this.lastExchange = { sent, seen }
      throw new Unmet(seen)
    }
  }
}

function listed(headers: Readonly<Record<string, unknown>>): string {
  return Object.entries(headers)
    .filter(([name]) => !/^(date|connection|keep-alive|authorization)$/i.test(name))
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(', ')
}

/** The start of a body: as it is where it is text, else as hexadecimal digits. */
function excerpt(body: Uint8Array): string {
  if (body.length === 0) return ''
  const start = Buffer.from(body.subarray(0, 200))
  const isText = start.every((byte) => byte >= 32 && byte < 127)
  const shown = isText ? start.toString() : start.subarray(0, 48).toString('hex')
  return `: ${shown}${shown.length < (isText ? body.length : body.length * 2) ? '…' : ''}`
}
