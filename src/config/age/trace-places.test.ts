import { expect, test } from 'vitest'
import type { HistoryCommit } from './history.ts'
import { tracePlaces } from './trace-places.ts'
import { cpuClock } from '../../../test/cpu-clock.ts'

/** `KEY=print` by file and version: the version's name is what it says. */
const factsOf = ({ blob }: { blob: string }): Map<string, string> | undefined =>
  blob === 'unreadable'
    ? undefined
    : new Map(blob.split(' ').map((pair) => [`${pair.split('=')[0]}\0`, pair.split('=')[1]!]))

const day = 86_400

function linear(...versions: Record<string, string | null>[]): HistoryCommit[] {
  return versions.map((files, index) => ({
    id: String(index),
    parents: index === 0 ? [] : [index - 1],
    time: index * day,
    bounded: false,
    changes: Object.entries(files).map(([path, blob]) => ({ path, blob })),
  }))
}

const told = (commits: HistoryCommit[], from = 0): string[] =>
  tracePlaces(commits, factsOf, from).map(
    ({ path, place, events, moved }) =>
      `${path} ${place.slice(0, -1)}: ${events.map(({ print, commit, bounded }) => `${bounded ? '<=' : ''}${commit}:${print}`).join(' ')}${moved === undefined ? '' : ` moved ${moved.commit}`}`,
  )

test('changes, moves in one commit and over two, what goes and is set again', () => {
  expect(told(linear({ a: 'K=1' }, { a: 'K=2' }, { b: 'X=1' }))).toEqual([
    'a K: 0:1 1:2',
    'b X: 2:1',
  ])
  expect(told(linear({ a: 'K=1 L=1' }, { a: 'L=1', b: 'K=1' }))).toEqual([
    'a L: 0:1',
    'b K: 0:1 moved 1',
  ])
  expect(told(linear({ a: 'K=1' }, { a: null }, { b: 'K=1' }))).toEqual(['b K: 0:1 moved 2'])
  expect(told(linear({ a: 'K=1' }, { a: null }, { b: 'K=2' }))).toEqual(['a K: 0:1 1:', 'b K: 2:2'])
  expect(told(linear({ a: 'K=1 L=1' }, { a: 'L=1' }, { a: 'K=1 L=1' }))).toEqual([
    'a K: 0:1 1: 2:1',
    'a L: 0:1',
  ])
})

test('a version that cannot be read changes nothing', () => {
  expect(told(linear({ a: 'K=1' }, { a: 'unreadable' }, { a: 'K=1' }))).toEqual(['a K: 0:1'])
})

test('what stood before the part that is looked into is told as such', () => {
  const commits = linear({ a: 'K=1', b: 'L=1' }, { a: 'K=2' }, { a: 'K=3', c: 'M=1' })
  expect(told(commits, 2)).toEqual(['a K: <=2:2 2:3', 'b L: <=2:1', 'c M: 2:1'])
})

test('twenty thousand commits, and a key that changes in each, within bounds', () => {
  const commits = linear(...Array.from({ length: 20_000 }, (_, n) => ({ a: `K=${n}` })))
  const spent = cpuClock()
  const [record] = tracePlaces(commits, factsOf)
  expect(record).toMatchObject({ changes: 19_999 })
  expect(record!.events).toHaveLength(20)
  expect(spent()).toBeLessThan(5000)
})
