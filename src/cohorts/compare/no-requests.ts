import { nearestNames } from '../../ask/nearest-names.ts'
import { AftergreenError } from '../../errors.ts'
import type { Store } from '../../store/store.ts'
import type { TimeSpan } from './comparison-time.ts'

const maxServices = 1000

/**
 * COMPARE_EMPTY_SIDE: why there are no requests of a service in a span of time. With the services or the environments
 * of that name that are near, where the name may be the mistake.
 */
export async function noRequests(
  store: Pick<Store, 'query' | 'relation'>,
  { service, environment }: { service: string; environment?: string | undefined },
  { from, to }: TimeSpan,
): Promise<AftergreenError> {
  const rows = await store.query<{ service: string; environment: string }>(
    `SELECT service, environment FROM ${store.relation('traces')}
     WHERE kind IN ('server', 'consumer')
       AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
     GROUP BY service, environment ORDER BY count() DESC, service, environment LIMIT ${maxServices}`,
    { from, to },
    { isScan: true },
  )
  const of = environment === undefined ? '' : ` in the environment ${environment}`
  const services = [...new Set(rows.map((row) => row.service))]
  const isKnown = services.includes(service)
  const others = isKnown
    ? rows.flatMap((row) => (row.service === service ? [row.environment] : []))
    : services
  const near = isKnown ? [] : nearestNames(service, others)
  const nearest = near.length === 0 ? '' : ` Nearest: ${listed(near)}.`
  return new AftergreenError(
    'COMPARE_EMPTY_SIDE',
    `There are no requests of a service ${service}${of} in this time.${nearest}`,
    {
      hint:
        others.length === 0
          ? 'No service has requests in this time: widen the time range, or see "aftergreen doctor".'
          : `${isKnown ? 'Its environments' : 'Services'} with requests in this time: ${listed(others)}.`,
    },
  )
}

const shown = 20

function listed(names: readonly string[]): string {
  const some = names.slice(0, shown).map((name) => (name === '' ? '(none)' : name))
  const more = names.length - some.length
  return some.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
