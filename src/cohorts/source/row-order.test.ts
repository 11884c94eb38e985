import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import { rowOrder } from './row-order.ts'

test('by key, equal keys by what the rows hold, whichever way the rows come', () => {
  const random = createRandom(4)
  const word = (most: number): bigint => BigInt(Math.floor(random.uniform() * most))
  // some share their upper half, some all of it
  const keys = BigUint64Array.from({ length: 5000 }, (_, i) =>
    i % 3 === 0 ? word(8) * 2n ** 61n + word(40) : word(2 ** 32) * 2n ** 32n + word(2 ** 32),
  )
  const held = Array.from({ length: 5000 }, () => random.uniform())
  const place = Array.from(keys.keys())
  const wanted = place.toSorted((a, b) =>
    keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : held[a]! - held[b]!,
  )
  expect([...rowOrder(keys, (a, b) => held[a]! - held[b]!)]).toEqual(wanted)
  const turned = rowOrder(keys.toReversed(), (a, b) => held[4999 - a]! - held[4999 - b]!)
  expect(Array.from(turned, (row) => 4999 - row)).toEqual(wanted)
  expect(rowOrder(new BigUint64Array(0), () => 0)).toHaveLength(0)
})
