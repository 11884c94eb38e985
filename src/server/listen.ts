import type { Server as HttpServer } from 'node:http'
import type { Server } from 'node:net'

import { AftergreenError } from '../errors.ts'

/** What a port is for, as the messages say it. */
export interface Endpoint {
  address: string
  /** 0 takes any free one. */
  port: number
  /** The option that chooses another port. */
  flag: string
}

/**
 * Listens and returns the port.
 * @throws PORT_IN_USE, LISTEN_FAILED
 */
export async function listen(server: Server, endpoint: Endpoint): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(told(error, endpoint))
    server.once('error', failed)
    server.listen({ host: endpoint.address, port: endpoint.port }, () => {
      server.off('error', failed)
      resolve()
    })
  })
  const bound = server.address()
  return typeof bound === 'object' && bound !== null ? bound.port : endpoint.port
}

/**
 * Stops listening, lets the requests under way finish for at most `graceMs`, then cuts what is left.
 */
export async function stopListening(server: HttpServer, graceMs: number): Promise<void> {
  if (!server.listening) return
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // A kept-alive connection becomes idle only when its request ends, so look more than once.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearInterval(sweep)
  clearTimeout(cut)
}

/** The address as a URL has it. */
export function urlOf(address: string, port: number): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`
}

function told(error: NodeJS.ErrnoException, { address, port, flag }: Endpoint): AftergreenError {
  if (error.code === 'EADDRINUSE') {
    return new AftergreenError('PORT_IN_USE', `Port ${port} on ${address} is already in use.`, {
      hint: `Stop the program that holds it (another Aftergreen, perhaps), or choose another port with ${flag} (0 takes any free one).`,
      cause: error,
    })
  }
  if (error.code === 'EACCES') {
    return new AftergreenError('LISTEN_FAILED', `Port ${port} needs rights that this user lacks.`, {
      hint: `Choose a port above 1023 with ${flag}.`,
      cause: error,
    })
  }
  return new AftergreenError('LISTEN_FAILED', `Cannot listen on ${address}, port ${port}.`, {
    hint: `Check that --listen names an address of this machine (${error.code ?? error.message}).`,
    cause: error,
  })
}
