import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { sampleSnapshot } from '../testing/sample-snapshot.ts'
import {
  sampleEvidence,
  sampleRecorded,
  sampleRelease,
  sampleVerdict,
} from '../testing/sample-verdict.ts'
import { sampleIncident } from '../testing/sample-incident.ts'
import { ledgerMigrations } from './ledger-schema.ts'
import type { Ledger } from './ledger.ts'
import { openLedger } from './open-ledger.ts'

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-ledger-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function openIn(folder: string): Promise<Ledger> {
  const ledger = await openLedger(folder)
  onTestFinished(() => ledger.close())
  return ledger
}

/** What lies in a table, read beside the ledger. */
function rowsOf(folder: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(path.join(folder, 'ledger.sqlite'), { readOnly: true })
  const rows = database.prepare(sql).all()
  database.close()
  return rows
}

test('the newest revision of a release counts and the older ones are kept', async () => {
  const folder = await newFolder()
  const ledger = await openIn(folder)
  await ledger.recordRelease(sampleRecorded({ baselineVersion: null }))
  await ledger.recordRelease(sampleRecorded({ baselineVersion: '1.0.0' }, 0.2))
  expect(await ledger.releases()).toEqual([sampleRecorded({ baselineVersion: '1.0.0' }, 0.2)])
  const bodies = rowsOf(folder, 'SELECT body FROM release_revisions ORDER BY sequence')
  expect(bodies.map(({ body }) => JSON.parse(String(body)))).toEqual([
    sampleRecorded({ baselineVersion: null }),
    sampleRecorded({ baselineVersion: '1.0.0' }, 0.2),
  ])
})

test('releases are listed with the newest start first, however they were recorded', async () => {
  const ledger = await openIn(await newFolder())
  const at = (id: string, startedAt: string): Promise<void> =>
    ledger.recordRelease(sampleRecorded({ id, startedAt }))
  await at('middle', '2026-03-02T10:00:00.000Z')
  await at('newest', '2026-03-03T10:00:00.000Z')
  await at('oldest', '2026-03-01T10:00:00.000Z')
  await at('middle', '2026-03-02T10:00:00.000Z')
  expect((await ledger.releases()).map(({ release }) => release.id)).toEqual([
    'newest',
    'middle',
    'oldest',
  ])
})

test('sign-offs are only added, and an incident keeps all its revisions', async () => {
  const folder = await newFolder()
  const ledger = await openIn(folder)
  const accepted = [{ id: 'b', what: 'finding' as const, kind: 'latency', title: 't' }]
  const signOff = { releaseId: 'a', at: 'now', by: 'ada', note: 'n', accepted, headline: 'h' }
  await ledger.recordSignOff(signOff)
  await ledger.recordSignOff({ ...signOff, by: 'bob' })
  await ledger.recordSignOff({ ...signOff, releaseId: 'b' })
  expect((await ledger.signOffs('a')).map(({ by }) => by)).toEqual(['ada', 'bob'])
  expect(await ledger.signOffs()).toHaveLength(3)
  await ledger.recordIncident(sampleIncident())
  await ledger.recordIncident(sampleIncident({ resolvedAt: 'later' }))
  expect(await ledger.incidents()).toEqual([sampleIncident({ resolvedAt: 'later' })])
  expect(rowsOf(folder, 'SELECT body FROM incident_revisions')).toHaveLength(2)
})

test('verdicts are only ever followed: the last one is the latest, all of them the history', async () => {
  const folder = await newFolder()
  const ledger = await openIn(folder)
  const id = 'checkout-2.0.0-000000'
  expect(await ledger.latestVerdict(id)).toBeNull()
  expect(await ledger.history(id)).toEqual([])
  const verdicts = [
    sampleVerdict(),
    sampleVerdict({ verdict: 'rollback', evaluatedAt: '2026-03-02T10:10:00.000Z' }),
    // a clock that was set back does not change the order
    sampleVerdict({ phase: 'superseded', evaluatedAt: '2026-03-02T09:00:00.000Z' }),
  ]
  const evidence = { ...sampleEvidence, distributions: {} }
  for (const verdict of verdicts) await ledger.appendVerdict(verdict, evidence)
  expect(await ledger.latestVerdict(id)).toEqual({ verdict: verdicts[2], evidence })
  expect(await ledger.history(id)).toEqual(
    verdicts.map(({ verdict, phase, headline, evaluatedAt }) => ({
      verdict,
      phase,
      headline,
      findings: 0,
      evaluatedAt,
    })),
  )
  const bodies = rowsOf(folder, 'SELECT body FROM verdicts ORDER BY sequence')
  expect(bodies.map(({ body }) => JSON.parse(String(body)))).toEqual(verdicts)
})

test('one release does not show in the history of another', async () => {
  const ledger = await openIn(await newFolder())
  await ledger.appendVerdict(sampleVerdict(), sampleEvidence)
  expect(await ledger.history('other')).toEqual([])
  expect(await ledger.latestVerdict('other')).toBeNull()
})

test('the state of a watch is replaced', async () => {
  const ledger = await openIn(await newFolder())
  expect(await ledger.watchState('a')).toBeNull()
  await ledger.saveWatchState('a', { looks: 1 })
  await ledger.saveWatchState('b', { looks: 7 })
  await ledger.saveWatchState('a', { looks: 2 })
  expect(await ledger.watchState('a')).toEqual({ looks: 2 })
  expect(await ledger.watchState('b')).toEqual({ looks: 7 })
})

test('the first sight of a version is kept and told once', async () => {
  const ledger = await openIn(await newFolder())
  const seen = { service: 'checkout', environment: '', version: '2.0.0', firstSeen: '2026-03-02' }
  expect(await ledger.recordVersion(seen)).toBe(true)
  expect(await ledger.recordVersion({ ...seen, firstSeen: '2026-03-05' })).toBe(false)
  expect(await ledger.recordVersion({ ...seen, version: '1.0.0', firstSeen: '2026-03-01' })).toBe(
    true,
  )
  expect(await ledger.recordVersion({ ...seen, environment: 'staging' })).toBe(true)
  const versions = await ledger.seenVersions()
  expect(versions[0]).toEqual({ ...seen, version: '1.0.0', firstSeen: '2026-03-01' })
  expect(versions).toHaveLength(3)
  expect(versions).toContainEqual(seen)
})

test('a snapshot is kept with its release, once until it changes, and never replaced', async () => {
  const folder = await newFolder()
  const ledger = await openIn(folder)
  const release = sampleRelease()
  const at = (minute: number, value: string): ReturnType<typeof sampleSnapshot> =>
    sampleSnapshot({ A: value }, { takenAt: `2026-03-02T09:0${minute}:00Z` })
  expect(await ledger.attachSnapshot(release, at(1, 'x'))).toBe(true)
  expect(await ledger.attachSnapshot(release, at(1, 'x'))).toBe(false)
  expect(await ledger.attachSnapshot(release, at(2, 'x'))).toBe(false)
  expect(await ledger.attachSnapshot(release, at(3, 'y'))).toBe(true)
  expect(await ledger.attachSnapshot(release, at(1, 'x'))).toBe(false)
  // back to what it was is a change, too
  expect(await ledger.attachSnapshot(release, at(4, 'x'))).toBe(true)
  const cart = sampleRelease({ id: 'cart', service: 'cart' })
  expect(await ledger.attachSnapshot(cart, at(5, 'x'))).toBe(true)
  const elsewhere = sampleRelease({ id: 'staging', environment: 'staging' })
  await ledger.attachSnapshot(elsewhere, at(5, 'x'))
  const attached = await ledger.attachedSnapshots(release)
  expect(attached.map(({ releaseId, takenAt }) => [releaseId, takenAt.slice(14, 16)])).toEqual([
    [release.id, '04'],
    [release.id, '03'],
    [release.id, '01'],
    ['cart', '05'],
  ])
  expect(await ledger.snapshot(attached[1]!.sequence)).toEqual(at(3, 'y'))
  expect(rowsOf(folder, 'SELECT sequence FROM config_snapshots')).toHaveLength(5)
})

test('everything is there after reopening, and the migrations run once', async () => {
  const folder = await newFolder()
  const before = await openLedger(folder)
  await before.recordRelease(sampleRecorded())
  await before.appendVerdict(sampleVerdict(), sampleEvidence)
  await before.saveWatchState('a', { looks: 1 })
  await before.recordVersion({ service: 's', environment: '', version: '1', firstSeen: 'now' })
  await before.close()

  const after = await openIn(folder)
  expect(await after.releases()).toEqual([sampleRecorded()])
  expect((await after.latestVerdict(sampleVerdict().release.id))?.verdict).toEqual(sampleVerdict())
  expect(await after.watchState('a')).toEqual({ looks: 1 })
  expect(await after.seenVersions()).toHaveLength(1)
  const ran = rowsOf(folder, 'SELECT name FROM kysely_migration')
  expect(ran.map(({ name }) => name)).toEqual(Object.keys(ledgerMigrations('sqlite')))
})

test('two ledgers over one file see each other, and a write that was answered is on disk', async () => {
  const folder = await newFolder()
  const [first, second] = [await openIn(folder), await openIn(folder)]
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      [first, second][i % 2]!.appendVerdict(sampleVerdict({ headline: String(i) }), sampleEvidence),
    ),
  )
  const headlines = (await second.history(sampleVerdict().release.id)).map((v) => v.headline)
  expect(headlines.toSorted((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: 20 }, (_, i) => String(i)),
  )
})

test('a file that is no ledger is a clear error', async () => {
  const folder = await newFolder()
  await writeFile(path.join(folder, 'ledger.sqlite'), 'this is not a database, '.repeat(100))
  await expect(openLedger(folder)).rejects.toMatchObject({ code: 'LEDGER' })
  await expect(openLedger(path.join(folder, 'nowhere'))).rejects.toMatchObject({
    code: 'LEDGER',
    hint: expect.stringContaining('writable'),
  })
})
