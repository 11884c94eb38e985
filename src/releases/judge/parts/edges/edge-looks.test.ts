import { expect, test } from 'vitest'
import type { PartLook } from '../evidence-part.ts'
import { keptLook } from './edge-looks.ts'

const look: PartLook = {
  findings: [],
  isAlarmed: false,
  claims: [],
  withheld: null,
  spots: [],
  memory: {},
}
const until = (seconds: number): Parameters<typeof keptLook>[2] => {
  return { from: 0, to: seconds * 1000, blockMillis: 1000, blocks: seconds }
}

test('the edges are read again when their window has grown', async () => {
  const watcher = {}
  const read: string[] = []
  const at = async (who: object | null, id: string, seconds: number): Promise<void> => {
    await keptLook(who, id, until(seconds), async () => {
      read.push(`${id} ${seconds}`)
      return await Promise.resolve(look)
    })
  }
  for (const seconds of [100, 102, 104, 103]) await at(watcher, 'a', seconds)
  expect(read).toEqual(['a 100', 'a 104', 'a 103'])
  await at(watcher, 'b', 103)
  await at({}, 'a', 103)
  await at(null, 'a', 103)
  expect(read.slice(3)).toEqual(['b 103', 'a 103', 'a 103'])
  for (const seconds of [86_400, 86_699, 86_700]) await at(watcher, 'a', seconds)
  expect(read.slice(6)).toEqual(['a 86400', 'a 86700'])
})

test('the looks of so many releases are kept', async () => {
  const watcher = {}
  let read = 0
  const at = async (id: string): Promise<void> => {
    await keptLook(watcher, id, until(100), async () => {
      read += 1
      return await Promise.resolve(look)
    })
  }
  for (let i = 0; i < 65; i++) await at(String(i))
  await at('64')
  expect(read).toBe(65)
  await at('0')
  expect(read).toBe(66)
})
