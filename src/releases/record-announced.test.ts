import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Ledger } from './ledger/ledger.ts'
import { openLedger } from './ledger/open-ledger.ts'
import { recordAnnounced } from './record-announced.ts'

const now = Date.parse('2026-03-02T12:00:00.000Z')

async function newLedger(): Promise<Ledger> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-announced-'))
  const ledger = await openLedger(folder)
  onTestFinished(async () => {
    await ledger.close()
    await rm(folder, { recursive: true, force: true })
  })
  return ledger
}

const announce = (ledger: Ledger, version: string, startedAt?: string) =>
  recordAnnounced(
    ledger,
    { service: 'checkout', version, ...(startedAt !== undefined && { startedAt }) },
    now,
  )

test('a release of the past takes its place by its start, and says when it was recorded', async () => {
  const ledger = await newLedger()
  const live = await announce(ledger, '3')
  const past = await announce(ledger, '2', '2026-03-01T10:00:00+02:00')
  expect(past.release.startedAt).toBe('2026-03-01T08:00:00.000Z')
  expect(past.recordedAt).toBe('2026-03-02T12:00:00.000Z')
  expect(live).not.toHaveProperty('recordedAt')
  const oldest = await announce(ledger, '1', '2026-02-01T00:00:00Z')
  expect((await ledger.releases()).map(({ release }) => release.version)).toEqual(['3', '2', '1'])
  // an older version that came back is a release of its own
  const back = await announce(ledger, '1', '2026-03-01T20:00:00Z')
  expect(back.release.id).not.toBe(oldest.release.id)
})

test('the same release told again keeps its id and its earlier start', async () => {
  const ledger = await newLedger()
  const first = await announce(ledger, '2', '2026-03-01T08:00:00Z')
  expect((await announce(ledger, '2', '2026-03-01T08:00:00Z')).release).toEqual(first.release)
  expect((await announce(ledger, '2', '2026-03-01T09:00:00Z')).release).toEqual(first.release)
  const earlier = await announce(ledger, '2', '2026-03-01T07:00:00Z')
  expect(earlier.release).toMatchObject({
    id: first.release.id,
    startedAt: '2026-03-01T07:00:00.000Z',
  })
  expect(await ledger.releases()).toHaveLength(1)
})

test('what is to come is refused', async () => {
  const ledger = await newLedger()
  const future = announce(ledger, '2', '2026-03-02T12:05:00Z')
  await expect(future).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  expect(await ledger.releases()).toEqual([])
})

test('who names an incident and no reason gets the stricter plan of an incident-fix', async () => {
  const ledger = await newLedger()
  const startedAt = '2026-03-01T08:00:00Z'
  const fix = { service: 'checkout', version: '2', incident: 'incident-1', startedAt }
  expect((await recordAnnounced(ledger, fix, now)).release.reason).toBe('incident-fix')
  const named = {
    ...fix,
    version: '3',
    reason: 'config' as const,
    startedAt: '2026-03-02T11:59:59Z',
  }
  expect((await recordAnnounced(ledger, named, now)).release.reason).toBe('config')
  expect((await announce(ledger, '3')).release.reason).toBe('config')
})
