import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { JudgeLease } from '../../src/releases/ledger/judge-lease.ts'
import { type Ledger, LeaseLost } from '../../src/releases/ledger/ledger.ts'
import { openLedger } from '../../src/releases/ledger/open-ledger.ts'
import { sampleSnapshot } from '../../src/releases/testing/sample-snapshot.ts'
import { sampleSelfCheck } from '../../src/releases/testing/sample-self-check.ts'
import { sampleIncident } from '../../src/releases/testing/sample-incident.ts'
import {
  sampleEvidence,
  sampleRecorded,
  sampleRelease,
  sampleVerdict,
} from '../../src/releases/testing/sample-verdict.ts'
import { type PostgresServer, startPostgresql } from '../cluster/postgresql.ts'
import { until } from '../store/processes.ts'

let server: PostgresServer

beforeAll(async () => {
  server = await startPostgresql()
})

afterAll(async () => {
  await server.remove()
})

beforeEach(async () => {
  await server.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
})

async function replica(lines: string[] = []): Promise<Ledger> {
  const ledger = await openLedger('/nowhere', server.url, (line) => lines.push(line))
  onTestFinished(() => ledger.close().catch(() => {}))
  return ledger
}

test('two replicas open a new ledger at once, and see what the other records', async () => {
  const [first, second] = await Promise.all([replica(), replica()])
  await first.recordRelease(sampleRecorded({ baselineVersion: null }))
  await second.recordRelease(sampleRecorded({ baselineVersion: '1.0.0' }, 0.2))
  expect(await first.releases()).toEqual([sampleRecorded({ baselineVersion: '1.0.0' }, 0.2)])
  const seen = { service: 's', environment: '', version: '1', firstSeen: 'now' }
  expect(await first.recordVersion(seen)).toBe(true)
  expect(await second.recordVersion(seen)).toBe(false)
  expect(await second.seenVersions()).toEqual([seen])
  await first.saveWatchState('a', { looks: 1 })
  await second.saveWatchState('a', { looks: 2 })
  expect(await first.watchState('a')).toEqual({ looks: 2 })
})

test('who records a release exclusively sees all that was recorded before', async () => {
  const replicas = await Promise.all([replica(), replica()])
  const counts = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      replicas[i % 2]!.exclusively(async (records) => {
        const { length } = await records.releases()
        await records.recordRelease(sampleRecorded({ id: `release ${length}` }))
        return length
      }),
    ),
  )
  expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i))
  expect(await replicas[0].revision()).toBe(20)
})

test('a snapshot of the configuration that two replicas attach at once is there once', async () => {
  const replicas = await Promise.all([replica(), replica()])
  const release = sampleRelease()
  const snapshot = sampleSnapshot({ A: '1', 'B.ä': '2' })
  const added = await Promise.all(
    Array.from({ length: 10 }, (_, i) => replicas[i % 2]!.attachSnapshot(release, snapshot)),
  )
  expect(added.filter(Boolean)).toHaveLength(1)
  const [attached, ...others] = await replicas[1].attachedSnapshots(release)
  expect(others).toEqual([])
  expect(attached).toMatchObject({ releaseId: release.id, configEnvironment: 'production' })
  expect(await replicas[1].snapshot(attached!.sequence)).toEqual(snapshot)
})

test('sign-offs and incidents are kept, and seen by the other replica', async () => {
  const [first, second] = [await replica(), await replica()]
  const accepted = [{ id: 'b', what: 'finding' as const, kind: 'latency', title: 't' }]
  const signOff = { releaseId: 'a', at: 'now', by: 'ada', note: 'n', accepted, headline: 'h' }
  await first.recordSignOff(signOff)
  await second.recordSignOff({ ...signOff, releaseId: 'b' })
  expect(await second.signOffs('a')).toEqual([signOff])
  expect((await first.signOffs()).map(({ releaseId }) => releaseId)).toEqual(['a', 'b'])
  const incident = sampleIncident()
  await first.recordIncident(incident)
  await second.recordIncident({ ...incident, resolvedAt: 'later' })
  expect(await first.incidents()).toEqual([{ ...incident, resolvedAt: 'later' }])
})

test('self-checks are kept to a bound, and seen by the other replica', async () => {
  const [first, second] = [await replica(), await replica()]
  for (let seed = 1; seed <= 32; seed++) await first.recordSelfCheck(sampleSelfCheck({ seed }))
  await second.recordSelfCheck(sampleSelfCheck({ environment: 'staging' }))
  const { service, environment } = sampleSelfCheck()
  const last = sampleSelfCheck({ seed: 32 })
  expect(await second.latestSelfCheck({ service, environment })).toEqual(last)
  const latest = await second.latestSelfChecks(service)
  expect(latest).toEqual([last, sampleSelfCheck({ environment: 'staging' })])
  expect(await second.latestSelfChecks('other')).toEqual([])
})

test('what fails half-way is not recorded at all', async () => {
  const ledger = await replica()
  const half = ledger.exclusively(async (records) => {
    await records.recordRelease(sampleRecorded())
    throw new Error('in the middle')
  })
  await expect(half).rejects.toThrow('in the middle')
  expect(await ledger.releases()).toEqual([])
})

test('a lease has one holder, and another one takes it when it ends', async () => {
  const [first, second] = [await replica(), await replica()]
  const lease = await first.takeLease('one', 600)
  expect(lease).toEqual({ holder: 'one', fence: 1 })
  expect(await second.takeLease('two', 600)).toBeNull()
  expect(await first.takeLease('one', 600)).toEqual(lease)
  await until(async () => (await second.takeLease('two', 60_000)) !== null, 3000)
  expect(await first.takeLease('one', 600)).toBeNull()
  expect(await second.takeLease('two', 60_000)).toEqual({ holder: 'two', fence: 2 })
})

test('of many who ask for a lease at once one gets it', async () => {
  const ledgers = await Promise.all([replica(), replica(), replica()])
  const taken = await Promise.all(
    Array.from({ length: 12 }, (_, i) => ledgers[i % 3]!.takeLease(`holder ${i}`, 60_000)),
  )
  expect(taken.filter((lease) => lease !== null)).toHaveLength(1)
})

test('who has lost the lease records nothing any more', async () => {
  const [first, second] = [await replica(), await replica()]
  const look = {
    verdict: sampleVerdict(),
    evidence: sampleEvidence,
    state: { looks: 1 },
    isChange: true,
  }
  const id = look.verdict.release.id
  const old = (await first.takeLease('one', 60_000))!
  await first.keepLook(look, old)
  await first.endLease(old)
  const current = (await second.takeLease('two', 60_000))!
  const late = { ...look, verdict: sampleVerdict({ verdict: 'rollback' }), state: { looks: 99 } }
  await expect(first.keepLook(late, old)).rejects.toThrow(LeaseLost)
  expect(await second.watchState(id)).toEqual({ looks: 1 })
  expect(await second.history(id)).toHaveLength(1)
  // the same holder's name does not help
  await expect(first.keepLook(late, { ...current, fence: old.fence })).rejects.toThrow(LeaseLost)
  await second.keepLook({ ...look, isChange: false, state: { looks: 2 } }, current)
  expect(await first.history(id)).toHaveLength(1)
  expect(await first.watchState(id)).toEqual({ looks: 2 })
  expect((await first.latestLook(id))?.verdict).toEqual(look.verdict)
})

test('of two replicas one judges; the other does when it has gone without a word, or at once when it says so', async () => {
  const terms = { lasts: 3000, renewEvery: 300 }
  const ledgers = [await replica(), await replica()] as const
  const one = new JudgeLease({ ledger: ledgers[0], log: () => {}, terms })
  const two = new JudgeLease({ ledger: ledgers[1], log: () => {}, terms })
  await one.start(() => {})
  await two.start(() => {})
  await sleep(1500)
  expect(one.held()).toEqual({ holder: expect.any(String), fence: 1 })
  expect(two.held()).toBeNull()
  await one.close()
  // long before its end
  await until(() => two.held() !== null, 1500)
  await ledgers[1].close()
  const three = new JudgeLease({ ledger: await replica(), log: () => {}, terms })
  await three.start(() => {})
  expect(three.held()).toBeNull()
  await until(() => three.held() !== null, 6000)
  expect(two.held()).toBeNull()
  expect(three.held()?.fence).toBe(3)
  await two.close()
  await three.close()
})

test('a server that goes away is said in words without the password, and all goes on when it is back', async () => {
  const lines: string[] = []
  const ledger = await replica(lines)
  await ledger.recordRelease(sampleRecorded())
  await server.kill()
  try {
    const refusal = await ledger.releases().then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(refusal).toMatchObject({ code: 'LEDGER_UNAVAILABLE', hint: expect.any(String) })
    const unopened = await openLedger('/nowhere', server.url).catch((error: unknown) => error)
    expect(unopened).toMatchObject({ code: 'LEDGER' })
    expect(`${String(refusal)}${String(unopened)}${lines.join('')}`).not.toContain('ledger-secret')
  } finally {
    await server.start()
  }
  expect(await ledger.releases()).toEqual([sampleRecorded()])
})

test.each(['postgres://u:secret@:bad:/db', 'mysql://u:secret@host/db', 'u:secret'])(
  'the address %s is refused without repeating it',
  async (url) => {
    const refusal = await openLedger('/nowhere', url).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'USAGE' })
    expect(String(refusal)).not.toContain('secret')
  },
)

test('a wrong password is a clear error that does not repeat it', async () => {
  const url = server.url.replace('ledger-secret', 'wrong-secret')
  const refusal = await openLedger('/nowhere', url).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: 'LEDGER', message: expect.stringContaining('aftergreen') })
  expect(String(refusal)).not.toContain('wrong-secret')
})
