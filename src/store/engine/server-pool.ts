import { ClickHouseError, type ClickHouseClient } from '@clickhouse/client'
import { answers } from './engine-process.ts'
import type { EngineServer, EngineUser } from './engine.ts'
import { isQuestion } from './is-question.ts'
import { replaceMethods } from './replace-methods.ts'

export interface PooledServer {
  url: string
  admin: ClickHouseClient
  reader: ClickHouseClient
}

interface Member extends PooledServer {
  isUp: boolean
  misses: number
  /** Ends the requests to a server that has gone without a word. */
  lost: AbortController
}

/** How often servers are asked whether they answer, in ms. */
const probeEvery = 2000
/** So many times without an answer, and a server counts as gone. */
const patience = 3

interface Cancellable {
  abort_signal?: AbortSignal
}

/**
 * Servers of which any may be asked. A request goes to the first one that is up, and when that one cannot be reached, to
 * the next. Inserts are not tried elsewhere here: their rows are a stream, and who sends them tries again.
 */
export class ServerPool {
  readonly #members: readonly Member[]
  readonly #clients: Readonly<Record<EngineUser, ClickHouseClient>>
  readonly #timer: NodeJS.Timeout

  constructor(servers: readonly PooledServer[]) {
    this.#members = servers.map((server) => ({
      ...server,
      isUp: true,
      misses: 0,
      lost: new AbortController(),
    }))
    this.#clients = { admin: this.#pooled('admin'), reader: this.#pooled('reader') }
    this.#timer = setInterval(() => void this.#probe(), probeEvery).unref()
  }

  client(as: EngineUser): ClickHouseClient {
    return this.#clients[as]
  }

  servers(as: EngineUser): readonly EngineServer[] {
    return this.#members.map((member) => ({ url: member.url, client: member[as] }))
  }

  /** Addresses of the servers that do not answer. */
  down(): string[] {
    return this.#members.filter(({ isUp }) => !isUp).map(({ url }) => url)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#members.flatMap(({ admin, reader }) => [admin.close(), reader.close()]))
  }

  #pooled(as: EngineUser): ClickHouseClient {
    const [first] = this.#members
    if (first === undefined) throw new TypeError('A pool needs a server.')
    return replaceMethods(first[as], {
      query: (params) => this.#run(as, params, (client, sent) => client.query(sent)),
      command: (params) => this.#run(as, params, (client, sent) => client.command(sent)),
      insert: (params) => this.#run(as, params, (client, sent) => client.insert(sent)),
      exec: (params) => {
        const most = isQuestion(params.query) ? Infinity : 1
        return this.#run(as, params, (client, sent) => client.exec(sent), most)
      },
    })
  }

  async #run<P extends Cancellable, T>(
    as: EngineUser,
    params: P,
    send: (client: ClickHouseClient, params: P) => Promise<T>,
    most = Infinity,
  ): Promise<T> {
    const order = this.#members.toSorted((a, b) => Number(b.isUp) - Number(a.isUp))
    let problem: unknown
    for (const member of order.slice(0, most)) {
      const given = params.abort_signal
      const abort_signal =
        given === undefined ? member.lost.signal : AbortSignal.any([given, member.lost.signal])
      try {
        return await send(member[as], { ...params, abort_signal })
      } catch (error) {
        // it has answered, or nobody waits any more
        if (error instanceof ClickHouseError || given?.aborted === true) throw error
        member.isUp = false
        problem = error
      }
    }
    throw problem
  }

  async #probe(): Promise<void> {
    const others = this.#members.length > 1
    await Promise.all(
      this.#members.map(async (member) => {
        if (await answers(member.url, probeEvery)) {
          member.isUp = true
          member.misses = 0
          return
        }
        member.misses++
        if (member.misses < patience) return
        member.isUp = false
        if (others && member.misses === patience) {
          member.lost.abort(new Error(`${member.url} does not answer any more`))
          member.lost = new AbortController()
        }
      }),
    )
  }
}
