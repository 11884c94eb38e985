import { expect, test } from 'vitest'
import { clopperPearson } from './clopper-pearson.ts'
import { logSumExp } from './log-sum-exp.ts'
import { zeroFailuresUpperBound } from './minimum-detectable-effect.ts'
import {
  logChoose,
  logBeta,
  logGamma,
  normalQuantile,
  regularizedIncompleteBeta,
} from './special-functions.ts'

test('logGamma: factorials, a half, large and tiny arguments', () => {
  let factorial = 1
  for (let n = 1; n <= 20; n++) {
    expect(Math.abs(logGamma(n) - Math.log(factorial))).toBeLessThan(1e-13 * n)
    factorial *= n
  }
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13)
  expect(logGamma(1e6) / 12815504.569147611).toBeCloseTo(1, 13)
  expect(logGamma(1e-3)).toBeCloseTo(6.907178885383853, 12)
  expect(logGamma(-1)).toBeNaN()
})

test('logBeta and the incomplete beta function: closed forms', () => {
  expect(logBeta(2, 3)).toBeCloseTo(Math.log(1 / 12), 13)
  for (const x of [0.01, 0.3, 0.5, 0.9]) {
    expect(regularizedIncompleteBeta(x, 1, 1)).toBeCloseTo(x, 13)
    expect(regularizedIncompleteBeta(x, 3, 1)).toBeCloseTo(x ** 3, 13)
    expect(regularizedIncompleteBeta(x, 2, 2)).toBeCloseTo(3 * x ** 2 - 2 * x ** 3, 13)
  }
  // P(Binomial(10, 0.3) >= 4)
  expect(regularizedIncompleteBeta(0.3, 4, 7)).toBeCloseTo(0.3503892816, 9)
  expect(regularizedIncompleteBeta(0.5, 5000, 5000)).toBeCloseTo(0.5, 9)
})

test('logChoose: small numbers, and the same digits as by logGamma, in the table and beyond it', () => {
  expect(Math.exp(logChoose(5, 2))).toBeCloseTo(10, 10)
  expect([logChoose(7, 0), logChoose(7, 7), logChoose(0, 0)]).toEqual([0, 0, 0])
  for (const [n, k] of [
    [52, 5],
    [4095, 17],
    [4096, 4000],
    [100_000, 3],
  ] as const)
    expect(logChoose(n, k)).toBe(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1))
})

test('normal quantiles', () => {
  expect(normalQuantile(0.5)).toBe(0)
  expect(normalQuantile(0.8)).toBeCloseTo(0.8416212335729143, 12)
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12)
  expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 9)
  expect(normalQuantile(0.001)).toBeCloseTo(-normalQuantile(0.999), 10)
  expect(normalQuantile(1)).toBe(Infinity)
  expect(normalQuantile(2)).toBeNaN()
})

test('logSumExp', () => {
  expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.log(2), 12)
  expect(logSumExp([-Infinity, 3])).toBe(3)
  expect(logSumExp([])).toBe(-Infinity)
})

test('Clopper-Pearson: textbook values', () => {
  const { low, high } = clopperPearson(8, 20, 0.95)
  expect(low).toBeCloseTo(0.1912, 4)
  expect(high).toBeCloseTo(0.6395, 4)
  expect(clopperPearson(0, 100, 0.95)).toEqual({ low: 0, high: expect.closeTo(0.0362, 4) })
  expect(() => clopperPearson(3, 2, 0.95)).toThrow(RangeError)
})

test('no failure in n: about 3/n at 5 %', () => {
  expect(zeroFailuresUpperBound(300, 0.05)).toBeCloseTo(0.00994, 5)
  expect(0.95 ** 1 - (1 - zeroFailuresUpperBound(1, 0.05))).toBeCloseTo(0.9, 12)
  expect(zeroFailuresUpperBound(0, 0.05)).toBe(1)
  expect(() => zeroFailuresUpperBound(-1, 0.05)).toThrow(RangeError)
})
