import type { ServiceName, SimulatedCohort } from './release-plan.ts'

/** A request to a service, and the calls that it makes, one after the other. */
export interface ShopCall {
  service: ServiceName
  operation: string
  /** Median of the time that the service itself takes, ms. */
  millis: number
  calls: readonly ShopCall[]
  /** The caller has a fallback, and needs no answer. */
  optional?: true
}

/** What customers do: the share of their visits, and the call of the outermost service. */
export const visits: readonly { share: number; entry: ShopCall }[] = [
  visit(0.2, 'GET /', 12, [
    {
      service: 'recommendations',
      operation: 'GET /recommendations',
      millis: 20,
      calls: [],
      optional: true,
    },
  ]),
  visit(0.2, 'GET /items/{id}', 10, [
    { service: 'inventory', operation: 'GET /stock/{id}', millis: 8, calls: [] },
  ]),
  visit(0.25, 'POST /cart', 14, [
    { service: 'checkout', operation: 'POST /quotes', millis: 18, calls: [] },
  ]),
  visit(0.35, 'POST /orders', 20, [
    {
      service: 'checkout',
      operation: 'POST /orders',
      millis: 30,
      calls: [
        { service: 'inventory', operation: 'POST /reservations', millis: 15, calls: [] },
        { service: 'payment', operation: 'POST /charges', millis: 60, calls: [] },
      ],
    },
  ]),
]

function visit(
  share: number,
  operation: string,
  millis: number,
  calls: readonly ShopCall[],
): { share: number; entry: ShopCall } {
  const storefront: ShopCall = { service: 'storefront', operation, millis, calls }
  return { share, entry: { service: 'router', operation, millis: 2, calls: [storefront] } }
}

/** Share of all traces that use an operation of a service. */
export function operationShare(service: ServiceName, operation: string): number {
  const uses = (call: ShopCall): boolean =>
    (call.service === service && call.operation === operation) || call.calls.some(uses)
  return visits.reduce((sum, { share, entry }) => sum + (uses(entry) ? share : 0), 0)
}

export function operationsOf(service: ServiceName): string[] {
  const found = new Set<string>()
  const walk = (call: ShopCall): void => {
    if (call.service === service) found.add(call.operation)
    call.calls.forEach(walk)
  }
  visits.forEach(({ entry }) => walk(entry))
  return [...found]
}

/** How many services must answer so that an operation of a service does. */
export function requiredCalls(service: ServiceName, operation: string): number {
  const size = (call: ShopCall): number =>
    call.optional === true ? 0 : 1 + call.calls.reduce((sum, next) => sum + size(next), 0)
  const find = (call: ShopCall): ShopCall | undefined =>
    call.service === service && call.operation === operation
      ? call
      : call.calls.map(find).find((found) => found !== undefined)
  for (const { entry } of visits) {
    const found = find(entry)
    if (found !== undefined) return size(found)
  }
  return 1
}

/** Values of the attributes that every request carries, with their shares of the customers; independent of each other. */
export const customerTraits: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'app.country': { DE: 0.3, US: 0.25, FR: 0.2, BR: 0.13, JP: 0.12 },
  'app.plan': { free: 0.6, plus: 0.25, business: 0.15 },
  'app.client_version': { '4.2': 0.5, '4.1': 0.3, '4.0': 0.2 },
}

/** Share of the customers in a cohort. */
export function cohortShare(cohort: SimulatedCohort): number {
  return Object.entries(cohort).reduce(
    (share, [name, value]) => share * (customerTraits[name]?.[value] ?? 0),
    1,
  )
}

/** Of the logarithm of the time that a service itself takes. */
export const durationSpread = 0.35
