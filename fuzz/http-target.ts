import { Agent, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { ColumnBatch } from '../src/otlp/column-batch.ts'
import type { Signal } from '../src/signal.ts'
import { createOtlpHttpServer } from '../src/server/otlp-http-server.ts'
import { answerProblem } from './check-answer.ts'
import type { Payload } from './payload.ts'
import { Failure } from './report.ts'

const contentTypes = { protobuf: 'application/x-protobuf', json: 'application/json' } as const

/** The real receiver of OTLP over HTTP on a free port of the loopback interface, and one client of it. */
export class HttpTarget {
  readonly #server
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #batches: Readonly<Record<Signal, ColumnBatch>> = {
    traces: new ColumnBatch('traces'),
    logs: new ColumnBatch('logs'),
    metrics: new ColumnBatch('metrics'),
  }
  /** What the server said of an error that is not the sender's. */
  #unexpected = ''

  private constructor() {
    this.#server = createOtlpHttpServer({
      maxBodyBytes: 2 ** 21,
      ingest: (signal, _hash, rows) => {
        const batch = this.#batches[signal]
        try {
          return Promise.resolve({ outcome: rows(batch), duplicate: false })
        } finally {
          batch.clear()
        }
      },
      onError: (error) => (this.#unexpected = inspect(error)),
    })
  }

  static async start(): Promise<HttpTarget> {
    const target = new HttpTarget()
    await new Promise<void>((resolve) => target.#server.listen(0, '127.0.0.1', resolve))
    return target
  }

  /**
   * @returns the status of the answer
   * @throws Failure
   */
  async send({ signal, encoding, sent }: Payload): Promise<number> {
    this.#unexpected = ''
    const { contentEncoding, bytes } = sent!
    const { status, type, body } = await this.#post(signal, bytes, {
      'content-type': contentTypes[encoding],
      ...(contentEncoding === undefined ? {} : { 'content-encoding': contentEncoding }),
    })
    if (this.#unexpected !== '') {
      throw new Failure('crash', `the server reported ${this.#unexpected}`)
    }
    if (type !== contentTypes[encoding]) throw new Failure('answer', `its type is ${type}`)
    const problem = answerProblem(status, encoding, body)
    if (problem !== undefined) throw new Failure('answer', problem)
    return status
  }

  close(): void {
    this.#agent.destroy()
    this.#server.close()
    this.#server.closeAllConnections()
  }

  #post(
    signal: Signal,
    bytes: Uint8Array,
    headers: Record<string, string>,
  ): Promise<{ status: number; type: string | undefined; body: Buffer }> {
    const { port } = this.#server.address() as AddressInfo
    return new Promise((resolve, reject) => {
      const sending = request(
        {
          port,
          host: '127.0.0.1',
          path: `/v1/${signal}`,
          method: 'POST',
          agent: this.#agent,
          headers,
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const { statusCode = 0, headers } = response
            resolve({
              status: statusCode,
              type: headers['content-type'],
              body: Buffer.concat(chunks),
            })
          })
        },
      )
      sending.on('error', reject)
      sending.end(bytes)
    })
  }
}
