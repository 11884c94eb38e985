import { type Diagnosis, fine, wrong } from '../diagnosis.ts'
import type { Figures, ServiceIdentity } from '../figures.ts'

/** How many services are named. */
const named = 5

/** Can the releases of every service be told apart? */
export function releaseIdentity({ identities }: Figures): Diagnosis[] {
  if (identities === null) return []
  const versionless = identities.filter(({ withoutVersion }) => withoutVersion > 0)
  const homeless = identities.filter(({ withoutEnvironment }) => withoutEnvironment > 0)
  const found: Diagnosis[] = []
  if (versionless.length > 0) {
    found.push(
      wrong(
        'identity',
        `Spans come without service.version from ${list(versionless)}: their releases cannot be told apart.`,
        'Set OTEL_RESOURCE_ATTRIBUTES=service.version=VERSION in each deployment of them.',
      ),
    )
  }
  if (homeless.length > 0) {
    found.push(
      wrong(
        'identity',
        `Spans come without deployment.environment.name from ${list(homeless)}: staging and production are compared as one.`,
        'Add deployment.environment.name=NAME to OTEL_RESOURCE_ATTRIBUTES of them.',
      ),
    )
  }
  return found.length > 0
    ? found
    : [fine('identity', 'Every span says which version and environment it comes from.')]
}

function list(services: readonly ServiceIdentity[]): string {
  const names = services.slice(0, named).map(({ service }) => service || 'a service without a name')
  const more = services.length - named
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
}
