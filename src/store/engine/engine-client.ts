import {
  type ClickHouseClient,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
} from '@clickhouse/client'

export interface EngineClientOptions {
  url: string
  username?: string
  password?: string
  /** For every request of this client. */
  readOnly?: boolean
  settings?: ClickHouseSettings
}

/** Longer than any query may run. */
const requestTimeout = 15 * 60_000

/** The one way to make a client: what must hold for every request is said here. */
export function engineClient(options: EngineClientOptions): ClickHouseClient {
  return createClient({
    url: options.url,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    application: 'aftergreen',
    request_timeout: requestTimeout,
    max_open_connections: 16,
    // failures reach the caller as errors; the client's own log would print statements
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: {
      ...options.settings,
      // an insert is acknowledged only when it is stored, and is known by its token
      async_insert: 0,
      // an error in the middle of an answer must not look like its end
      wait_end_of_query: 1,
      // 1, not 2: with 2 a question could read the server's files through table functions
      ...(options.readOnly === true ? { readonly: '1' } : {}),
    },
  })
}
