import type { Session } from '../shop/lib/session.ts'
import { type User, population } from './population.ts'
import { type Random, seededRandom } from './random.ts'

/** One request of a visit. */
export interface Step {
  method: 'GET' | 'POST'
  path: string
  body: { sku: string } | null
  /** Items in the cart when the request is made. */
  cartSize: number
  /** ms between the answer to the step before and this request. */
  thinkMs: number
}

/** Everything about one visit to the shop is known before it begins. */
export interface Visit {
  session: Omit<Session, 'cartSize'>
  /** ms between the start of the visit before and the start of this one. */
  afterMs: number
  steps: Step[]
}

const populationSize = 12_000
const products = 400

/** The visits of one seed, in order of arrival: independent arrivals at `perSecond` on average. */
export function* visits(seed: number, perSecond: number): Generator<Visit> {
  const users = population(seed, populationSize)
  const pickUser = byActivity(users)
  const random = seededRandom(seed * 104_729 + 2)
  for (let number = 1; ; number++) {
    const { activity: _, id, ...user } = pickUser(random)
    yield {
      session: { id: `s${seed}-${number}`, userId: id, ...user },
      afterMs: (-Math.log(1 - random.next()) * 1000) / perSecond,
      steps: steps(random),
    }
  }
}

function steps(random: Random): Step[] {
  const planned: Step[] = []
  let cartSize = 0
  const add = (method: 'GET' | 'POST', path: string, body: Step['body'] = null): void => {
    const thinkMs = planned.length === 0 ? 0 : Math.min(6000, 700 * Math.exp(0.6 * random.normal()))
    planned.push({ method, path, body, cartSize, thinkMs })
  }
  const product = (): string => `p${1 + Math.floor(products * random.next() ** 2)}`
  const viewed = random.pick([
    [1, 0.3],
    [2, 0.5],
    [3, 0.2],
  ])
  for (let i = 0; i < viewed; i++) add('GET', `/products/${product()}`)
  if (random.next() >= 0.72) return planned
  const items = random.pick([
    [1, 0.85],
    [2, 0.15],
  ])
  for (let i = 0; i < items; i++) {
    add('POST', '/basket/items', { sku: product() })
    cartSize++
  }
  add('GET', '/basket')
  if (random.next() < 0.44) add('POST', '/orders')
  return planned
}

/** @returns a draw among the users, each as likely as its activity */
function byActivity(users: readonly User[]): (random: Random) => User {
  const upTo: number[] = []
  let sum = 0
  for (const user of users) upTo.push((sum += user.activity))
  return (random) => {
    const target = random.next() * sum
    let low = 0
    let high = users.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((upTo[middle] ?? 0) > target) high = middle
      else low = middle + 1
    }
    const user = users[low]
    if (user === undefined) throw new Error('there are no users')
    return user
  }
}
