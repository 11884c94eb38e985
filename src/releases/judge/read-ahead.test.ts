import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ReadAhead } from './read-ahead.ts'

test('one question at a time, in their order; what fails keeps nothing from being asked', async () => {
  const ahead = new ReadAhead()
  const seen: string[] = []
  const read = (name: string, millis: number): Promise<string> =>
    ahead.start(async () => {
      seen.push(`${name} begins`)
      await sleep(millis)
      seen.push(`${name} ends`)
      if (name === 'b') throw new Error('refused')
      return name
    })
  const [a, , c] = [read('a', 20), read('b', 1), read('c', 1)]
  expect(await c).toBe('c')
  expect(await a).toBe('a')
  expect(seen).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]))
})

test('whoever asks for what failed hears of it', async () => {
  const ahead = new ReadAhead()
  const failing = ahead.start(() => Promise.reject(new Error('refused')))
  await ahead.start(() => Promise.resolve())
  await expect(failing).rejects.toThrow('refused')
})
