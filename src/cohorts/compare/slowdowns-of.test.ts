import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import { memorySource } from '../source/memory-source.ts'
import { compareCohorts } from './compare-cohorts.ts'

const rows = 40_000
const plans = ['free', 'basic', 'pro', 'old']

/**
 * The durations of the free plan are much the same, all others differ by far: so that of what takes as many times as long
 * everywhere, far more of the free plan's events are beyond the usual.
 * @param slower how many times as long everything takes on the candidate's side, and the free plan besides
 */
async function findings(slower: number, free: number): Promise<string[]> {
  const random = createRandom(4)
  const draw = (size: number): Uint16Array =>
    Uint16Array.from({ length: rows }, () => 1 + random.integer(size))
  const plan = draw(plans.length)
  const candidate = Uint8Array.from({ length: rows }, () => random.integer(2))
  const values = Float64Array.from(plan, (code, row) => {
    const side = candidate[row] === 1 ? slower * (code === 1 ? free : 1) : 1
    return side * Math.exp(random.normal(4, code === 1 ? 0.2 : 1))
  })
  const source = memorySource({
    table: {
      rows,
      candidate,
      attributes: [
        { name: 'plan', kind: 'category', codes: plan, values: [null, ...plans] },
        { name: 'store', kind: 'category', codes: draw(3), values: [null, 'a', 'b', 'c'] },
      ],
    },
    unit: Uint32Array.from({ length: rows }, (_, row) => row),
    measures: [],
    durations: { values },
  })
  const comparison = await compareCohorts(source, {})
  return comparison.findings.map(({ text }) => text)
}

test('a cohort that takes as many times as long as everything does is no finding', async () => {
  expect(await findings(1.5, 1)).toEqual([])
  expect(await findings(1.5, 1.5)).toEqual(['plan = "free"'])
  expect(await findings(1, 1.5)).toEqual(['plan = "free"'])
})
