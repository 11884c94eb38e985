import { AftergreenError } from '../../errors.ts'
import { engineClient } from './engine-client.ts'
import type { Engine, EngineHealth } from './engine.ts'
import { engineError } from './engine-error.ts'

/** The parts of a server's address; `url` is without credentials and can be shown. */
export interface ServerAddress {
  url: string
  username: string
  password: string
  /** Undefined where the address names none. */
  database: string | undefined
}

/**
 * Takes `http(s)://user:password@host:port/database` apart. Never repeats the text in an error: it holds a password.
 * @throws USAGE
 */
export function serverAddress(text: string): ServerAddress {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new AftergreenError(
      'USAGE',
      'AFTERGREEN_CLICKHOUSE_URL is not an http or https address.',
      {
        hint: 'Write it as https://user:password@host:8443/database; the database may be left out.',
      },
    )
  }
  const url = new URL(text)
  const path = decodeURIComponent(url.pathname.replace(/^\/+|\/+$/g, ''))
  return {
    url: url.origin,
    username: decodeURIComponent(url.username) || 'default',
    password: decodeURIComponent(url.password),
    database: path === '' ? undefined : path,
  }
}

/**
 * Uses a ClickHouse server that somebody else runs. `reader` is the same user with `readonly`, because the product
 * cannot create users there.
 * @throws ENGINE_UNAVAILABLE
 */
export async function connectExternalEngine(address: ServerAddress): Promise<Engine> {
  const { url, username, password } = address
  const clients = {
    admin: engineClient({ url, username, password }),
    reader: engineClient({ url, username, password, readOnly: true }),
  }
  const health: EngineHealth = {
    kind: 'external',
    state: 'starting',
    version: '',
    url,
    pid: undefined,
    restarts: 0,
    problem: '',
  }
  const close = async (): Promise<void> => {
    await Promise.all([clients.admin.close(), clients.reader.close()])
    health.state = 'closed'
  }
  try {
    const answer = await clients.admin.query({
      query: 'SELECT version() AS v',
      format: 'JSONEachRow',
    })
    const [row] = await answer.json<{ v: string }>()
    health.version = row?.v ?? ''
    health.state = 'ready'
  } catch (error) {
    await close()
    const cause = engineError(error)
    throw new AftergreenError(
      'ENGINE_UNAVAILABLE',
      `The ClickHouse server at ${url} cannot be used: ${cause.message}`,
      { hint: 'Check the address, the user and the password in AFTERGREEN_CLICKHOUSE_URL.', cause },
    )
  }
  return {
    async client(as) {
      return clients[as]
    },
    health: () => ({ ...health }),
    close,
  }
}
