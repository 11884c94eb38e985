import { expect, test } from 'vitest'
import { createRandom } from '../stats/random.ts'
import { sortedPositions } from './sorted-positions.ts'

const numbers: [name: string, of: (uniform: number) => number][] = [
  ['few whole numbers', (uniform) => Math.floor(uniform * 20) - 10],
  ['fractions of both signs', (uniform) => (uniform - 0.5) * 1e9],
  ['magnitudes far apart', (uniform) => (uniform < 0.5 ? -1 : 1) * 10 ** (600 * uniform - 300)],
  [
    'infinities and zeros',
    (uniform) => [-Infinity, -0, 0, 1e-300, Infinity][Math.floor(uniform * 5)]!,
  ],
]

test.each(numbers)('%s: the order that comparing gives, equal ones as they came', (_, of) => {
  for (const size of [0, 1, 50, 20_000]) {
    const random = createRandom(size + 1)
    const values = Float64Array.from({ length: size + 5 }, () => of(random.uniform()))
    const rows = Uint32Array.from({ length: size }, (_each, i) => size + 4 - i)
    const positions = Uint32Array.from(
      { length: size },
      (_each, i) => (i * 7919) % Math.max(1, size),
    )
    const place = new Map([...positions].map((position, i) => [position, i]))
    const compared = [...positions].toSorted((a, b) => {
      const [x, y] = [values[rows[a]!]!, values[rows[b]!]!]
      return x < y ? -1 : x > y ? 1 : place.get(a)! - place.get(b)!
    })
    expect([...sortedPositions(positions, rows, values)]).toEqual(compared)
  }
})
