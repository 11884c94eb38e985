/** Which attributes planted events have: an unlike set for each seed, the same kinds in each. */
import { createRandom, type Random } from '../../stats/random.ts'

export type AttributeSpec =
  | {
      name: string
      kind: 'category'
      /** How many values. */
      size: number
      /** Of Zipf's law: the higher, the more of the traffic the first values have. */
      skew: number
      /** Drawn once for each user, or for each event. */
      of: 'user' | 'event'
      /** Share of the users or events without the attribute. */
      absent: number
    }
  /** As many values as users, or nearly as many as events. */
  | { name: string; kind: 'identifier'; of: 'user' | 'event' }
  | {
      name: string
      kind: 'number'
      shape: 'log-normal' | 'log-normal whole' | 'uniform' | 'few'
      of: 'user' | 'event'
      absent: number
    }
  /** A function of another attribute: `groups` of its values (0 = a renaming), wrong in `noise` of the events. */
  | { name: string; kind: 'dependent'; from: string; groups: number; noise: number }

export const operationName = 'operation'

/**
 * Per 20 attributes: nine independent categories of 2 to 50,000 values, two identifiers, four numbers, and five that
 * depend on others, with one of them twice where nothing else is asked: an exact renaming, a coarser grouping, two with
 * noise, a number in another unit.
 */
export function drawSchema(seed: number, attributes: number): AttributeSpec[] {
  const random = createRandom(seed * 7919 + 1)
  const specs: AttributeSpec[] = []
  for (let block = 0; specs.length < attributes; block++) specs.push(...drawBlock(random, block))
  return specs.slice(0, attributes)
}

const sizes = [2, 3, 5, 8, 12, 30, 80, 400] as const
const large = [3000, 10_000, 50_000] as const

/** In an order such that few attributes hold some of everything too. */
function drawBlock(random: Random, block: number): AttributeSpec[] {
  const suffix = block === 0 ? '' : `.${block + 1}`
  const name = (text: string): string => `${text}${suffix}`
  const level = (): 'user' | 'event' => (random.uniform() < 0.5 ? 'user' : 'event')
  const absent = (): number => (random.uniform() < 0.3 ? 0.02 + 0.5 * random.uniform() : 0)
  const category = (text: string, size: number, of = level()): AttributeSpec => ({
    name: name(text),
    kind: 'category',
    size,
    skew: 0.5 + 0.8 * random.uniform(),
    of,
    absent: text === operationName ? 0 : absent(),
  })
  const number = (
    text: string,
    shape: (AttributeSpec & { kind: 'number' })['shape'],
    of = level(),
  ): AttributeSpec => ({ name: name(text), kind: 'number', shape, of, absent: absent() })
  const dependent = (text: string, from: string, groups: number, noise: number): AttributeSpec => ({
    name: name(text),
    kind: 'dependent',
    from: name(from),
    groups,
    noise,
  })
  const [two, three, five, eight, twelve, thirty, eighty, hundreds] = sizes
  const rough = (): number => 0.02 + 0.2 * random.uniform()
  return [
    category(operationName, 4 + random.integer(16), 'event'),
    category('country', thirty, 'user'),
    number('cart', 'few', 'event'),
    category('device', five, 'user'),
    number('age', 'log-normal whole', 'user'),
    dependent('locale', 'country', 20, rough()),
    category('provider', eight),
    category('flag', two),
    { name: name('user'), kind: 'identifier', of: 'user' },
    dependent('country_code', 'country', 0, 0),
    category('plan', three),
    number('amount', 'log-normal', 'event'),
    category('store', eighty),
    category('tenant', random.integer(2) === 0 ? hundreds : large[0], 'user'),
    dependent('os', 'device', 3, rough()),
    dependent('region', 'country', 6, 0),
    category('shard', twelve, 'event'),
    { name: name('request'), kind: 'identifier', of: 'event' },
    number('load', 'uniform', 'event'),
    random.uniform() < 0.5
      ? dependent('amount_cents', 'amount', 0, 0)
      : category('article', large[1 + random.integer(2)]!, 'event'),
  ]
}
