import { createApiClient } from '../api-client.ts'
import type { ApiClient } from '../api-client.ts'
import type { Terminal } from '../terminal.ts'

/** The options that every command on a running server has. */
export interface ServerFlags {
  server: string
  json?: true
}

export function clientOf(flags: ServerFlags, { env }: Terminal): ApiClient {
  return createApiClient(flags.server, env['AFTERGREEN_TOKEN'])
}
