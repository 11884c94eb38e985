import type { ConfigSnapshot } from '../config/snapshot/config-snapshot.ts'
import { AftergreenError } from '../errors.ts'
import type { AttachedConfiguration } from '../releases/configuration/release-configuration.ts'
import type { ReleaseSummary } from '../releases/release-service.ts'
import type { Terminal } from './terminal.ts'

export interface AttachFlags {
  /** A name, or `NAME=FILE[,FILE]`. */
  environment: string
  release?: string
  service?: string
  server?: string
}

/**
 * To which release a snapshot goes: the one that is named, or the newest one of a service in that environment that is
 * being watched. Undefined where no server is asked for.
 * @throws USAGE, RELEASE_NOT_FOUND, SERVER_UNREACHABLE
 */
export async function attachTo(
  { environment, release, service, server }: AttachFlags,
  { env }: Pick<Terminal, 'env'>,
): Promise<((snapshot: ConfigSnapshot) => Promise<AttachedConfiguration>) | undefined> {
  if (server === undefined && service === undefined) return undefined
  if ((release === undefined) === (service === undefined)) {
    throw new AftergreenError('USAGE', 'Name one release that the snapshot is attached to.', {
      hint: 'Give either --release ID, or --service NAME for the one that is being watched.',
    })
  }
  const { createApiClient } = await import('./api-client.ts')
  const address = server ?? env['AFTERGREEN_SERVER'] ?? 'http://127.0.0.1:4319'
  const client = createApiClient(address, env['AFTERGREEN_TOKEN'])
  const id = release ?? watched(await client.list(), service!, environment)
  return (snapshot) => client.attachSnapshot(id, snapshot)
}

function watched(releases: readonly ReleaseSummary[], service: string, asked: string): string {
  const environment = asked.split('=', 1)[0]!
  const found = releases.find(
    ({ release, phase }) =>
      phase === 'watching' &&
      release.service === service &&
      ['', environment].includes(release.environment),
  )
  if (found !== undefined) return found.release.id
  throw new AftergreenError(
    'RELEASE_NOT_FOUND',
    `No release of ${service} in ${environment} is being watched.`,
    { hint: 'Begin one with "aftergreen release start", or name one with --release ID.' },
  )
}
