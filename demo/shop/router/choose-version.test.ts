import { expect, test } from 'vitest'
import { instanceFor, meetsCandidate } from './choose-version.ts'

const ids = Array.from({ length: 20_000 }, (_, i) => `s1-${i}`)

test('a share of 0 is nobody, of 1 is everybody', () => {
  expect(ids.some((id) => meetsCandidate(id, 0))).toBe(false)
  expect(ids.every((id) => meetsCandidate(id, 1))).toBe(true)
})

test('a fifth is a fifth, and those who had the new version keep it when the share grows', () => {
  const fifth = ids.filter((id) => meetsCandidate(id, 0.2))
  expect(fifth.length / ids.length).toBeGreaterThan(0.19)
  expect(fifth.length / ids.length).toBeLessThan(0.21)
  expect(fifth.every((id) => meetsCandidate(id, 0.5))).toBe(true)
})

test('a session keeps its instance, and the instances share the sessions', () => {
  const ports = [1, 2, 3, 4]
  const chosen = ids.map((id) => instanceFor(id, ports))
  expect(ids.map((id) => instanceFor(id, ports))).toEqual(chosen)
  for (const port of ports) {
    const share = chosen.filter((one) => one === port).length / ids.length
    expect(Math.abs(share - 0.25)).toBeLessThan(0.02)
  }
})
