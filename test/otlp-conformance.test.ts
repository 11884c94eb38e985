/** The conformance suite against the real handlers, a real store and a real engine. */
import { expect, test } from 'vitest'
import { allCases } from '../conformance/all-cases.ts'
import { runCases } from '../conformance/run-cases.ts'
import { AftergreenError } from '../src/errors.ts'
import { ByteBudget } from '../src/server/otlp-body.ts'
import { otlpServers } from './otlp/otlp-servers.ts'
import { temporaryFolder } from './store/temporary-folder.ts'
import { testStore } from './store/test-store.ts'

const limitMiB = 16
const token = 'a-token-of-some-length'

test('every case passes', async () => {
  const { store } = await testStore(await temporaryFolder(), { spool: { linger: 1 } })
  const errors: unknown[] = []
  const { url, grpcUrl } = await otlpServers({
    ingest: async (signal, hash, rows) => store.ingest(signal, hash, rows),
    rules: { loopback: true, token },
    maxBodyBytes: limitMiB * 2 ** 20,
    budget: new ByteBudget(2 ** 28),
    onError: (error) => errors.push(error),
  })
  const target = {
    url: new URL(url),
    grpcUrl: new URL(grpcUrl),
    headers: { authorization: `Bearer ${token}` },
    limitBytes: limitMiB * 2 ** 20,
    timeout: 30_000,
  }
  // four at a time, because most of the time passes in waiting for the disk
  const quarters = [0, 1, 2, 3].map((n) => allCases.filter((_, i) => i % 4 === n))
  const results = await Promise.all(quarters.map((cases) => runCases(cases, target)))
  expect(results.flat()).toHaveLength(allCases.length)
  const told = results.flat().map(({ case: { id }, outcome, reason }) => ({ id, outcome, reason }))
  expect(told.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  // nothing is overloaded here
  const notRun = told.filter(({ outcome }) => outcome === 'not-run').map(({ id }) => id)
  expect(notRun.toSorted()).toEqual(['retries/grpc-retry-info', 'retries/retry-after'])
  expect(errors).toEqual([])
  await store.drained()
  const { spool, received, stored } = store.health()
  expect(spool).toMatchObject({ rejectedFiles: 0, lastRejection: '' })
  expect(stored).toEqual(received)
})

test('a server that is overloaded says so, in the way of OTLP', async () => {
  const { url, grpcUrl } = await otlpServers({
    ingest: () => Promise.reject(new AftergreenError('SPOOL_FULL', 'There is no room.')),
  })
  const cases = allCases.filter(({ id }) => /^retries\/(grpc-)?(burst|retry-)/.test(id))
  const results = await runCases(cases, {
    url: new URL(url),
    grpcUrl: new URL(grpcUrl),
    headers: {},
    limitBytes: 2 ** 20,
    timeout: 10_000,
  })
  expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'passed', 'passed', 'passed'])
})
