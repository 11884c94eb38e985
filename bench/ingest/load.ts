import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { shopRequest } from '../../src/otlp/testing/shop-spans.ts'
import type { Random } from '../../src/stats/random.ts'

export const spansPerRequest = 512

/** Sends prepared requests of 512 spans; never the same bytes twice, which the server would not store again. */
export class Load {
  readonly #pool: Pool
  readonly #bodies: Buffer[]
  #sent = 0

  constructor(port: number, random: Random, bodies = 200) {
    this.#pool = new Pool(`http://127.0.0.1:${port}`, { connections: 16 })
    this.#bodies = Array.from({ length: bodies }, (_, i) =>
      Buffer.from(shopRequest(spansPerRequest, () => random.uniform(), i * spansPerRequest)),
    )
  }

  /** As fast as the server answers, from eight senders. */
  async flood(requests: number): Promise<void> {
    let left = requests
    const sender = async (): Promise<void> => {
      while (left-- > 0) await this.#send()
    }
    await Promise.all(Array.from({ length: 8 }, sender))
  }

  /** At a rate that does not wait for answers; milliseconds until each was acknowledged. */
  async steady(requestsPerSecond: number, seconds: number): Promise<number[]> {
    const waited: number[] = []
    const sending: Promise<void>[] = []
    const began = performance.now()
    for (let i = 0; i < requestsPerSecond * seconds; i++) {
      const due = began + (i * 1000) / requestsPerSecond
      await sleep(Math.max(due - performance.now(), 0))
      // from when it was due: a client that falls behind must not make the server look better
      const sent = this.#send().then(() => void waited.push(performance.now() - due))
      if (sending.length < 100_000) sending.push(sent)
    }
    await Promise.all(sending)
    return waited
  }

  async close(): Promise<void> {
    await this.#pool.close()
  }

  async #send(): Promise<void> {
    const number = this.#sent++
    const unique = Buffer.alloc(10)
    // a field that no reader knows: number 100, fixed64
    unique.writeUInt16BE(0xa106)
    unique.writeUInt32LE(number, 2)
    const { statusCode, body } = await this.#pool.request({
      path: '/v1/traces',
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: Buffer.concat([this.#bodies[number % this.#bodies.length]!, unique]),
    })
    await body.dump()
    if (statusCode !== 200) throw new Error(`the server answered ${statusCode}`)
  }
}
