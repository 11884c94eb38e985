import { expect, test } from 'vitest'
import { stretchesOf } from './time-chunks.ts'

test('a window is cut at block borders, without gaps, and the newer the finer', () => {
  const window = { from: 1_000, to: 1_000 + 720 * 60, blockMillis: 60, blocks: 720 }
  const stretches = stretchesOf(window)
  expect(stretches[0]!.from).toBe(window.from)
  expect(stretches.at(-1)).toEqual({ from: window.to - 60, to: window.to })
  stretches.slice(1).forEach(({ from }, i) => expect(from).toBe(stretches[i]!.to))
  expect(stretches.every(({ from }) => (from - window.from) % 60 === 0)).toBe(true)
  expect(stretches.length).toBeLessThan(40)
})

test('no blocks, no stretches', () => {
  expect(stretchesOf({ from: 5, to: 5, blockMillis: 60, blocks: 0 })).toEqual([])
})
