import type { ClickHouseSettings } from '@clickhouse/client'
import { AftergreenError } from '../../errors.ts'
import { engineClient } from './engine-client.ts'
import type { Engine, EngineHealth } from './engine.ts'
import { engineError } from './engine-error.ts'
import { ServerPool } from './server-pool.ts'

/** The parts of an address; `url` and `urls` are without credentials and can be shown. */
export interface ServerAddress {
  /** The first server. */
  url: string
  /** All servers, in the order in which they were named. */
  urls: readonly string[]
  username: string
  password: string
  /** Undefined where the address names none. */
  database: string | undefined
}

export interface ExternalEngineOptions {
  /** Who asks questions; left out, the same user with `readonly`. */
  reader?: ServerAddress | undefined
  /** Of every request. */
  settings?: ClickHouseSettings
}

/**
 * Takes `http(s)://user:password@host:port,host:port/database` apart. Never repeats the text in an error: it holds a
 * password.
 * @param variable the setting that holds it
 * @throws USAGE
 */
export function serverAddress(text: string, variable = 'AFTERGREEN_CLICKHOUSE_URL'): ServerAddress {
  const parts = /^(https?):\/\/(?:([^@/]*)@)?([^@/?#]+)(?:\/([^?#]*))?/.exec(text)
  const [, scheme = '', credentials = '', hosts = '', path = ''] = parts ?? []
  const all = hosts.split(',').map((host) => `${scheme}://${host}`)
  const [username = '', ...password] = credentials.split(':')
  const [user, secret, database] = [username, password.join(':'), path].map(decoded)
  const isDecoded = user !== undefined && secret !== undefined && database !== undefined
  if (parts === null || !isDecoded || !all.every((url) => URL.canParse(url))) {
    throw new AftergreenError('USAGE', `${variable} is not an http or https address.`, {
      hint: 'Write it as https://user:password@host:8443/database; the database may be left out, and several servers are separated by commas: host1:8443,host2:8443.',
    })
  }
  const urls = all.map((url) => new URL(url).origin)
  return {
    url: urls[0] ?? '',
    urls,
    username: user || 'default',
    password: secret,
    database: database.replace(/\/+$/, '') || undefined,
  }
}

/** Undefined where it is no valid percent-encoding. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/**
 * Uses ClickHouse servers that somebody else runs; where there are several, requests go to one that answers. The
 * product cannot create users there: without one of its own, `reader` is the same user with `readonly`.
 * @throws ENGINE_UNAVAILABLE when none of them can be used
 */
export async function connectExternalEngine(
  address: ServerAddress,
  { reader, settings = {} }: ExternalEngineOptions = {},
): Promise<Engine> {
  const { urls, username, password } = address
  const pool = new ServerPool(
    urls.map((url) => ({
      url,
      admin: engineClient({ url, username, password, settings }),
      reader: engineClient(
        reader === undefined
          ? { url, username, password, settings, readOnly: true }
          : { url, username: reader.username, password: reader.password, settings },
      ),
    })),
  )
  const health: EngineHealth = {
    kind: 'external',
    state: 'starting',
    version: '',
    url: urls.join(','),
    pid: undefined,
    restarts: 0,
    problem: '',
  }
  const close = async (): Promise<void> => {
    await pool.close()
    health.state = 'closed'
  }
  try {
    for (const user of ['admin', 'reader'] as const) {
      const answer = await pool.client(user).query({
        query: 'SELECT version() AS v',
        format: 'JSONEachRow',
        // as questions limit themselves: a user who may not say so must be known now
        clickhouse_settings: { max_execution_time: 60 },
      })
      const [row] = await answer.json<{ v: string }>()
      health.version = row?.v ?? ''
    }
    health.state = 'ready'
  } catch (error) {
    await close()
    const cause = engineError(error)
    throw new AftergreenError(
      'ENGINE_UNAVAILABLE',
      `The ClickHouse server at ${urls.join(', ')} cannot be used: ${cause.message}`,
      {
        hint: 'Check the address, the user and the password in AFTERGREEN_CLICKHOUSE_URL (and AFTERGREEN_CLICKHOUSE_READER_URL). A profile of the reader needs readonly = 2, not 1.',
        cause,
      },
    )
  }
  return {
    client: async (as) => pool.client(as),
    servers: (as) => pool.servers(as),
    health() {
      if (health.state === 'closed') return { ...health }
      const down = pool.down()
      const problem = down.length === 0 ? '' : `no answer from ${down.join(', ')}`
      return { ...health, state: down.length < urls.length ? 'ready' : 'restarting', problem }
    },
    close,
  }
}
