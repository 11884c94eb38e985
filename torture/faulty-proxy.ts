import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { once } from 'node:events'

export type Plant = 'lose' | 'double'

/** One in so many requests of each signal meets the fault. */
const every = 20

/**
 * Stands between the senders and the server and breaks the promise on purpose: `lose` answers for the server and forwards
 * nothing; `double` forwards twice, the second time with an unknown field more, so that it looks like another request.
 */
export async function startFaultyProxy(plant: Plant, target: string): Promise<Server> {
  // by path, and due until it took effect: a run that is short and busy meets the fault in every signal all the same
  const untilFault = new Map<string, number>()
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const body = Buffer.concat(chunks)
      const type = request.headers['content-type'] ?? ''
      const encoding = request.headers['content-encoding']
      const send = (content: Buffer) =>
        fetch(`${target}${request.url}`, {
          method: 'POST',
          headers: {
            'content-type': type,
            ...(encoding !== undefined && { 'content-encoding': encoding }),
          },
          body: new Uint8Array(content),
        })
      const signal = request.url ?? ''
      const left = untilFault.get(signal) ?? 0
      const isFaulty = left === 0
      untilFault.set(signal, isFaulty ? every - 1 : left - 1)
      if (isFaulty && plant === 'lose') {
        response.writeHead(200, { 'content-type': type }).end(type.includes('json') ? '{}' : '')
        return
      }
      const answer = await send(body)
      const content = Buffer.from(await answer.arrayBuffer())
      if (isFaulty) {
        const isDoubled = answer.ok && (await send(changed(body, type)).then(isTaken, () => false))
        if (!isDoubled) untilFault.set(signal, 0)
      }
      response.writeHead(answer.status, { 'content-type': type }).end(content)
    } catch {
      response.destroy()
    }
  }
  const server = createServer((request, response) => void pass(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

const isTaken = ({ ok }: Response): boolean => ok

/** Other bytes that mean the same. */
function changed(body: Buffer, type: string): Buffer {
  if (type.includes('json')) return Buffer.concat([body, Buffer.from(' ')])
  // field 100, a varint
  return Buffer.concat([body, Buffer.from([0xa0, 0x06, 0x01])])
}
