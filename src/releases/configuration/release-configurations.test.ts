import { expect, test } from 'vitest'
import type { ConfigSnapshot } from '../../config/snapshot/config-snapshot.ts'
import type { AttachedSnapshot } from '../ledger/ledger.ts'
import { sampleAttached, sampleSnapshot } from '../testing/sample-snapshot.ts'
import { sampleFinding, sampleRelease } from '../testing/sample-verdict.ts'
import { configSpots } from './config-spots.ts'
import { linkChanges } from './link-changes.ts'
import { shownConfiguration } from './release-changes.ts'
import type { ReleaseChanges } from './release-changes.ts'
import { ReleaseConfigurations } from './release-configurations.ts'

const release = sampleRelease({ id: 'now' })
const old = sampleRelease({ id: 'old', version: '1.0.0', startedAt: '2026-03-01T10:00:00.000Z' })

function over(rows: readonly [AttachedSnapshot, ConfigSnapshot][]) {
  const read: number[] = []
  const configurations = new ReleaseConfigurations({
    attachedSnapshots: async () => rows.map(([attached]) => attached),
    snapshot: async (sequence) => {
      read.push(sequence)
      return rows.find(([attached]) => attached.sequence === sequence)![1]
    },
  })
  const changes = (until?: number): Promise<ReleaseChanges | null> =>
    configurations.changesOf(release, [release, old], until)
  return { changes, read }
}

test('each change counts from the snapshot that first has it', async () => {
  const { changes, read } = over([
    [sampleAttached(1, 'old'), sampleSnapshot({ A: '1', B: '1', C: '1', D: '1' })],
    [sampleAttached(2, 'now'), sampleSnapshot({ A: '2', B: '1', C: '2', D: '2' })],
    [sampleAttached(3, 'now'), sampleSnapshot({ A: '2', B: '2', C: '3', D: '1' })],
  ])
  const found = await changes()
  expect(found?.changed.map(({ key, at }) => [key, at.slice(11, 16)])).toEqual([
    ['A', '10:02'],
    ['B', '10:03'],
    ['C', '10:03'],
  ])
  expect(found?.comparedWith).toMatchObject({ releaseId: 'old', version: '1.0.0' })
  // snapshots are large: the next look reads none again
  const reads = read.length
  expect(await changes()).toBe(found)
  expect(read).toHaveLength(reads)
  // at 10:02:30 only the first was known
  const then = await changes(Date.parse('2026-03-02T10:02:30Z'))
  expect(then?.changed.map(({ key }) => key)).toEqual(['A', 'C', 'D'])
})

test('a clock that runs ahead does not move a change behind its finding', async () => {
  const { changes } = over([
    [sampleAttached(1, 'old'), sampleSnapshot({ A: '1' })],
    [sampleAttached(2, 'now', { takenAt: '2026-03-02T22:00:00.000Z' }), sampleSnapshot({ A: '2' })],
  ])
  expect((await changes())?.changed[0]?.at).toBe('2026-03-02T10:02:00.000Z')
})

test('another service counts only where it is given the same files', async () => {
  const cart = sampleAttached(1, 'cart', { service: 'cart' })
  const own = [sampleAttached(2, 'now'), sampleSnapshot({ A: '2', B: '1' })] as const
  const same = over([[cart, sampleSnapshot({ A: '1', B: '1' })], [...own]])
  expect((await same.changes())?.changed).toHaveLength(1)
  const foreign = over([[cart, sampleSnapshot({ X: '1', Y: '1', A: '1' })], [...own]])
  const unlike = over([[cart, sampleSnapshot({ X: '1', Y: '1', Z: '1' })], [...own]])
  expect((await foreign.changes())?.comparedWith).not.toBeNull()
  const none = await unlike.changes()
  expect(none).toMatchObject({ comparedWith: null, changed: [] })
  expect(configSpots(none, { beforeAfter: false })).toMatchObject({
    withheld: null,
    spots: [{ kind: 'unseen-input', detail: expect.stringContaining('the first snapshot') }],
  })
})

async function changed(): Promise<ReleaseChanges> {
  const { changes } = over([
    [sampleAttached(1, 'old'), sampleSnapshot({ A: '1', B: '1' })],
    [sampleAttached(2, 'now'), sampleSnapshot({ A: '2', B: '2' }, { unread: [place] })],
  ])
  return (await changes())!
}
const place = { file: 'x.yaml', line: 1, reason: 'broken' }

test('what changed for both sides forbids to go on, unless before and after are compared', async () => {
  const changes = await changed()
  const alone = configSpots(changes, { beforeAfter: false })
  expect(alone.withheld).toBe(
    'A, B changed for canary and baseline alike, so comparing them shows nothing',
  )
  expect(alone.spots.map(({ kind, subject }) => [kind, subject])).toEqual([
    ['common-mode', 'A B'],
    ['unseen-input', 'unread places'],
  ])
  const covered = configSpots(changes, { beforeAfter: true })
  expect(covered.withheld).toBeNull()
  expect(covered.spots.map(({ kind }) => kind)).toEqual(['shared-change', 'unseen-input'])
  expect(configSpots(null, { beforeAfter: false })).toEqual({ spots: [], withheld: null })
})

test('a finding names the changes before it, those that differ between the sides first', async () => {
  const changes = await changed()
  const [a, b] = changes.changed
  changes.changed = [a!, { ...b!, class: 'canary-visible' }]
  const seen = (firstSeen: string): string[] | undefined =>
    linkChanges(
      [sampleFinding({ evidence: { ...sampleFinding().evidence, firstSeen } })],
      changes,
      'checkout',
    )[0]?.precededBy?.map(({ key }) => key)
  expect(seen('2026-03-02T10:02:00.000Z')).toEqual(['B', 'A'])
  expect(seen('2026-03-02T10:01:59.000Z')).toBeUndefined()
})

test('a verdict holds a bounded part, what could not show first, and counts the rest', async () => {
  const changes = await changed()
  const [a, b] = changes.changed
  changes.changed = [
    ...Array.from({ length: 80 }, () => ({ ...a!, class: 'canary-visible' as const })),
    b!,
  ]
  const shown = shownConfiguration(changes)
  expect(shown.changed).toHaveLength(50)
  expect(shown.changed[0]?.key).toBe('B')
  expect(shown.changes).toBe(81)
})
