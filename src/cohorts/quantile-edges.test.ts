import { expect, test } from 'vitest'
import { baselineBins, codesBetween } from './quantile-edges.ts'

const values = Float64Array.from({ length: 400 }, (_, row) => (row === 7 ? Number.NaN : row))

test('bins hold about as many baseline rows each', () => {
  const firstHalf = Uint8Array.from(values, (_, row) => Number(row >= 200))
  const { edges, codes } = baselineBins(values, firstHalf, 4)
  expect(edges).toEqual([50, 100, 150])
  expect([codes[7], codes[0], codes[49], codes[50], codes[399]]).toEqual([0, 1, 1, 2, 4])
})

test('another baseline, or another number of bins, is not answered from memory', () => {
  const firstHalf = Uint8Array.from(values, (_, row) => Number(row >= 200))
  const secondHalf = firstHalf.map((side) => 1 - side)
  const known = baselineBins(values, firstHalf, 4)
  expect(baselineBins(values, firstHalf, 4)).toBe(known)
  expect(baselineBins(values, secondHalf, 4).edges).toEqual([250, 300, 350])
  expect(baselineBins(values, secondHalf, 2).edges).toEqual([300])
})

test('without edges every number has one code', () => {
  expect([...codesBetween([], Float64Array.of(3, Number.NaN, -1))]).toEqual([1, 0, 1])
})

test('codes of small whole numbers are those of the numbers beside them', () => {
  const near = (value: number): number[] => [value - 0.5, value, value + 0.5, value]
  const values = [-4096, -1, -0, 0, 1, 7, 4095, 4096, 4097, 8191, 2 ** 32, 2 ** 32 + 7].flatMap(
    near,
  )
  const edges = [-1, 0, 1, 7, 4095, 4096, 8191, 2 ** 32]
  const wanted = values.map((value) => 1 + edges.filter((edge) => edge <= value).length)
  expect([...codesBetween(edges, Float64Array.from([...values, Number.NaN]))]).toEqual([
    ...wanted,
    0,
  ])
})
