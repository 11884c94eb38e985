import { expect, test } from 'vitest'
import { drillReleases, type DrilledServer } from './drill-releases.ts'

const unreachable: DrilledServer = {
  send: () => Promise.reject(new Error('nobody there')),
  start: () => Promise.reject(new Error('nobody there')),
  replay: () => Promise.reject(new Error('nobody there')),
}
const seed = 3
const never = new AbortController().signal

test('every release is judged once, whoever does it, and told in order', async () => {
  const numbers = [4, 5, 9]
  const seen: number[] = []
  const drill = (servers: DrilledServer[]): ReturnType<typeof drillReleases> =>
    drillReleases({ seed, numbers, bug: 'peeking' }, servers, {
      onScore: ({ number }) => seen.push(number),
      stop: never,
    })
  const scores = await drill([unreachable, unreachable])
  expect([...new Set(scores.map(({ number }) => number))]).toEqual(numbers)
  expect(seen.toSorted((a, b) => a - b)).toEqual(scores.map(({ number }) => number))
  expect(await drill([unreachable])).toEqual(scores)
})

test('what stops, stops after the release under way', async () => {
  const stop = new AbortController()
  const scores = await drillReleases({ seed, numbers: [4, 5, 9], bug: 'peeking' }, [unreachable], {
    onScore: () => stop.abort(),
    stop: stop.signal,
  })
  expect(new Set(scores.map(({ number }) => number))).toEqual(new Set([4]))
})

test('a server that fails fails the drill: nothing is scored without having been judged', async () => {
  const drill = drillReleases({ seed, numbers: [4, 5] }, [unreachable, unreachable], {
    onScore: () => undefined,
    stop: never,
  })
  await expect(drill).rejects.toThrow('nobody there')
})
