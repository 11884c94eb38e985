import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ReadAhead } from './read-ahead.ts'

test('two readings at a time, in their order; what fails keeps nothing from being read', async () => {
  const ahead = new ReadAhead()
  const begun: string[] = []
  let running = 0
  let most = 0
  const read = (name: string, millis: number): Promise<string> =>
    ahead.start(async () => {
      begun.push(name)
      most = Math.max(most, ++running)
      await sleep(millis)
      running -= 1
      if (name === 'b') throw new Error('refused')
      return name
    })
  const all = [read('a', 30), read('b', 1), read('c', 1), read('d', 1), read('e', 1)]
  expect(await Promise.allSettled(all)).toMatchObject(
    ['a', null, 'c', 'd', 'e'].map((value) =>
      value === null ? { status: 'rejected' } : { status: 'fulfilled', value },
    ),
  )
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(most).toBe(2)
  expect(await read('f', 1)).toBe('f')
})

test('what failed is told to whoever asks, and to nobody else', async () => {
  const ahead = new ReadAhead()
  const failing = ahead.start(() => Promise.reject(new Error('refused')))
  await ahead.start(() => sleep(1))
  await expect(failing).rejects.toThrow('refused')
})
