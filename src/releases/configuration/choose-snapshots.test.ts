import { expect, test } from 'vitest'
import { sampleAttached } from '../testing/sample-snapshot.ts'
import { sampleRelease } from '../testing/sample-verdict.ts'
import { chooseSnapshots } from './choose-snapshots.ts'

const old = sampleRelease({ id: 'old', startedAt: '2026-03-01T10:00:00.000Z' })
const now = sampleRelease({ id: 'now', startedAt: '2026-03-02T10:00:00.000Z' })
const later = sampleRelease({ id: 'later', startedAt: '2026-03-03T10:00:00.000Z' })
const cart = sampleRelease({ id: 'cart', service: 'cart', startedAt: '2026-03-01T10:00:00.000Z' })
const releases = [old, now, later, cart]

const chosen = (attached: Parameters<typeof chooseSnapshots>[0]) => {
  const found = chooseSnapshots(attached, now, releases)
  const numbers = (list: { sequence: number }[] = []): number[] => list.map((it) => it.sequence)
  return found && { ...found, own: numbers(found.own), before: numbers(found.before) }
}

test('a release without a snapshot has nothing to compare', () => {
  expect(chosen([sampleAttached(1, 'old')])).toBeNull()
})

test('the last one of the release before, then its own first, then that of another service', () => {
  const attached = [
    sampleAttached(1, 'cart', { service: 'cart' }),
    sampleAttached(2, 'old'),
    sampleAttached(3, 'old'),
    sampleAttached(4, 'now'),
    sampleAttached(5, 'now'),
    sampleAttached(6, 'old'),
    sampleAttached(7, 'later'),
  ]
  // in the order of their times, however they arrive; what came after the first own one is not before it
  for (const order of [attached, attached.toReversed()]) {
    expect(chosen(order)).toEqual({ own: [4, 5], before: [3, 4, 1], incomparable: false })
  }
})

test('a later release is not before, even with an earlier snapshot', () => {
  expect(chosen([sampleAttached(1, 'later'), sampleAttached(2, 'now')])).toMatchObject({
    before: [],
    incomparable: false,
  })
})

test('what was made with another secret or of another environment is told, not compared', () => {
  for (const other of [{ keyId: '0000000000000002' }, { configEnvironment: 'staging' }]) {
    expect(chosen([sampleAttached(1, 'old', other), sampleAttached(2, 'now')])).toEqual({
      own: [2],
      before: [],
      incomparable: true,
    })
  }
})
