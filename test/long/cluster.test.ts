/** Aftergreen on a real ClickHouse cluster of three nodes with a real PostgreSQL, while its parts are killed. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { coverageGaps } from '../../src/releases/judge/coverage.ts'
import { loadUnits } from '../../src/releases/judge/load-units.ts'
import type { Release } from '../../src/releases/release.ts'
import type { ReleaseSummary, VerdictChange } from '../../src/releases/release-service.ts'
import type { Verdict } from '../../src/releases/verdict.ts'
import { versionsInTraffic } from '../../src/releases/versions-in-traffic.ts'
import { detectors } from '../../src/signals/detectors.ts'
import { unansweredPeers } from '../../src/signals/unanswered-peers.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { findTrace } from '../../src/store/traces/find-trace.ts'
import { startServe } from '../cli/start-serve.ts'
import {
  type ClickHouseNodes,
  clusterName,
  startClickHouseNodes,
} from '../cluster/clickhouse-nodes.ts'
import { type PostgresServer, startPostgresql } from '../cluster/postgresql.ts'
import { startClient, stopClient } from '../cluster/start-client.ts'
import { traceId } from '../judge/otlp-spans.ts'
import { sendTraffic } from '../judge/traffic.ts'
import { killNow, until } from '../store/processes.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'aftergreen-cluster-'))
let cluster: ClickHouseNodes
let ledger: PostgresServer

beforeAll(async () => {
  ledger = await startPostgresql()
  cluster = await startClickHouseNodes(folder, 3)
})

afterAll(async () => {
  await cluster.stop()
  await ledger.remove()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

test('a cluster gives the same answers as one node', async () => {
  const log = (): void => {}
  const one = await openStore({ dataFolder: path.join(folder, 'one'), log })
  onTestFinished(() => one.close())
  const many = await openStore({
    dataFolder: path.join(folder, 'many'),
    clickhouseUrl: cluster.url('same'),
    clickhouseCluster: clusterName,
    log,
  })
  onTestFinished(() => many.close())
  const both: Store = {
    ...one,
    async ingest(...request) {
      await one.ingest(...request)
      return await many.ingest(...request)
    },
    async drained() {
      await Promise.all([one.drained(), many.drained()])
    },
  }
  const seconds = 60
  const now = Date.now()
  const from = now - seconds * 1000
  const traffic = { from, seconds, requests: 1500, swallowedPlan: 'business' }
  await sendTraffic(both, { ...traffic, service: 'checkout', version: '1.0.0' })
  await sendTraffic(both, { ...traffic, service: 'checkout', version: '2.0.0' })
  await sendTraffic(both, { ...traffic, service: 'cart', version: '7' })

  const shares = await Promise.all(
    cluster.nodes.map((node) =>
      node.query<{ spans: number }>('SELECT count() AS spans FROM same.spans_local'),
    ),
  )
  for (const [share] of shares) expect(Number(share?.spans)).toBeGreaterThan(1000)
  const traces = await Promise.all(
    cluster.nodes.map((node) =>
      node.query<{ id: string }>('SELECT DISTINCT trace_id AS id FROM same.spans_local'),
    ),
  )
  const ids = traces.flat().map(({ id }) => id)
  expect(new Set(ids).size, 'a trace lies on one shard').toBe(ids.length)

  const release: Release = {
    id: 'r',
    service: 'checkout',
    environment: '',
    version: '2.0.0',
    baselineVersion: '1.0.0',
    strategy: 'canary',
    reason: 'feature',
    startedAt: new Date(from).toISOString(),
    links: [],
  }
  const window = { from, to: now, blockMillis: 1000, blocks: seconds }
  const inputs = async (store: Store): Promise<unknown> => {
    const units = await loadUnits(store, release, window, { detectors })
    const scope = {
      store,
      service: 'checkout',
      environment: '',
      versions: ['2.0.0'],
      from: new Date(from).toISOString(),
      to: new Date(now).toISOString(),
      sample: '1',
    }
    return {
      units,
      counts: await store.query(
        `SELECT service, name, status, count() AS spans, sum(weight) AS weight FROM ${store.relation('traces')}
         GROUP BY service, name, status ORDER BY service, name, status`,
      ),
      gaps: await coverageGaps(store, release, units, window),
      peers: await unansweredPeers(scope),
      versions: await versionsInTraffic(store, new Date(from - 1000)),
      trace: await findTrace(store, traceId(1234)),
    }
  }
  const expected = await inputs(one)
  expect(expected).toMatchObject({
    counts: expect.arrayContaining([expect.objectContaining({ service: 'cart' })]),
  })
  expect(await inputs(many)).toEqual(expected)
  expect(many.coverage()).toMatchObject({ shards: 3, answering: 3, share: 1, partialAnswers: 0 })
})

interface Health {
  status: string
  spool?: { files: number; rejectedFiles: number }
  cluster?: { shards: number; answering: number; missing: string[]; share: number }
}

test('replicas and shards are killed, and nothing that was acknowledged is lost or doubled', async () => {
  const acknowledged = path.join(folder, 'acknowledged')
  const env = {
    AFTERGREEN_CLICKHOUSE_URL: cluster.url('live'),
    AFTERGREEN_CLICKHOUSE_CLUSTER: clusterName,
    AFTERGREEN_LEDGER_URL: ledger.url,
  }
  const judge = [
    '--judge-every',
    '1',
    '--judge-block',
    '1',
    '--judge-lag',
    '3',
    '--judge-warm-up',
    '0',
  ]
  let said = ''
  const start = async (name: string, ports: string[] = []): ReturnType<typeof startServe> => {
    const serving = await startServe(path.join(folder, name), [...judge, ...ports], env)
    onTestFinished(() => void serving.child.kill('SIGKILL'))
    serving.child.stderr.on('data', (text) => (said += `${name}: ${String(text)}`))
    return serving
  }
  const replicas = await Promise.all([start('a'), start('b')])
  const get = async <T>(replica: number, route: string): Promise<T> => {
    const response = await fetch(`${replicas[replica]!.url}/api/${route}`)
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
  const clients = [
    startClient(replicas[0].otlpUrl, 'checkout', '1.0.0', 0, acknowledged),
    startClient(replicas[1].otlpUrl, 'checkout', '2.0.0', 0.5, acknowledged),
    startClient(replicas[0].otlpUrl, 'cart', '1.0.0', 0, acknowledged),
    startClient(replicas[1].otlpUrl, 'cart', '2.0.0', 0, acknowledged),
  ]
  const count = (): number =>
    existsSync(acknowledged) ? readFileSync(acknowledged, 'utf8').split('\n').length - 1 : 0
  await until(() => count() > 200, 30_000)

  const announce = async (service: string): Promise<string> => {
    const response = await fetch(`${replicas[1].url}/api/releases`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ service, version: '2.0.0', baselineVersion: '1.0.0' }),
    })
    const body = (await response.json()) as Release
    if (!response.ok) throw new Error(JSON.stringify(body))
    return body.id
  }
  const [faulty, healthy] = [await announce('checkout'), await announce('cart')]
  const verdict = (replica: number, id: string): Promise<Verdict> =>
    get<Verdict>(replica, `releases/${id}`)
  const history = async (replica: number, id: string): Promise<VerdictChange[]> =>
    (await get<{ verdicts: VerdictChange[] }>(replica, `releases/${id}/history`)).verdicts

  // both replicas tell the same verdicts, whoever judges
  for (const replica of [0, 1]) {
    await until(async () => (await verdict(replica, faulty)).verdict === 'rollback', 30_000).catch(
      async () => {
        const told = await verdict(replica, faulty)
        throw new Error(`no rollback: ${told.headline} ${said.slice(-3000)}`)
      },
    )
  }
  expect(
    (await get<{ releases: ReleaseSummary[] }>(0, 'releases')).releases.map(
      ({ release }) => release.id,
    ),
  ).toEqual(expect.arrayContaining([faulty, healthy]))
  const looked = async (replica: number): Promise<void> => {
    const since = Date.now()
    await until(
      async () => Date.parse((await verdict(replica, healthy)).evaluatedAt) > since,
      30_000,
    )
  }
  await looked(0)
  await looked(1)

  // the judge is killed
  const holder = async (): Promise<number> => {
    const [lease] = await ledger.query<{ holder: string }>('SELECT holder FROM leases')
    return Number(lease?.holder.split(':')[1])
  }
  const pid = await holder()
  const judging = replicas.findIndex(({ child }) => child.pid === pid)
  expect(judging, 'one of the replicas judges').toBeGreaterThanOrEqual(0)
  const other = 1 - judging
  const before = await history(other, faulty)
  const killedAt = Date.now()
  await killNow(replicas[judging]!.child)
  await until(async () => (await holder()) === replicas[other]!.child.pid, 20_000)
  expect(Date.now() - killedAt, 'within three renewals').toBeLessThan(16_000)
  await looked(other)
  const after = await history(other, faulty)
  expect(after.slice(0, before.length), 'nothing is begun afresh').toEqual(before)
  const alarm = after.findIndex((change) => change.verdict === 'rollback')
  expect(after.slice(alarm).every((change) => change.verdict === 'rollback')).toBe(true)
  const port = (url: string): string => new URL(url).port
  const ports = [
    '--port',
    port(replicas[judging]!.url),
    '--otlp-port',
    port(replicas[judging]!.otlpUrl),
  ]
  replicas[judging] = await start(judging === 0 ? 'a' : 'b', ports)

  // a shard is killed
  const [, , third] = cluster.nodes
  await third!.kill()
  const degraded = async (): Promise<Health> => get<Health>(0, 'health')
  await until(async () => (await degraded()).cluster?.answering === 2, 30_000)
  expect((await degraded()).status).toBe('degraded')
  expect((await degraded()).cluster).toMatchObject({
    shards: 3,
    answering: 2,
    missing: [third!.shard],
  })
  const { share } = (await degraded()).cluster!
  expect(share).toBeGreaterThan(0.5)
  expect(share).toBeLessThan(0.8)
  for (const replica of [0, 1]) {
    await until(
      async () => (await verdict(replica, healthy)).headline.includes('did not answer'),
      30_000,
    )
    expect(await verdict(replica, healthy)).toMatchObject({
      verdict: 'hold',
      headline: expect.stringMatching(/^Hold cart 2\.0\.0: [\d.]+ % of the data did not answer\.$/),
      blindSpots: expect.arrayContaining([
        expect.objectContaining({
          kind: 'telemetry-gap',
          detail: expect.stringContaining(third!.shard),
        }),
      ]),
    })
    // proof of harm does not go away
    expect(await verdict(replica, faulty)).toMatchObject({ verdict: 'rollback' })
  }
  const during = count()
  await until(() => count() > during + 200, 30_000)
  expect((await degraded()).spool?.files, 'waiting for the shard').toBeGreaterThan(0)

  // and comes back
  await third!.start()
  for (const replica of [0, 1]) {
    let health: Health | undefined
    const isWhole = async (): Promise<boolean> => {
      health = await get<Health>(replica, 'health')
      return health.status === 'ok'
    }
    await until(isWhole, 60_000).catch(() => {
      throw new Error(`not whole again: ${JSON.stringify(health)} ${said.slice(-6000)}`)
    })
    await until(
      async () => !(await verdict(replica, healthy)).headline.includes('did not answer'),
      30_000,
    )
  }
  expect(await verdict(0, faulty)).toMatchObject({ verdict: 'rollback' })

  await Promise.all(clients.map(stopClient))
  await until(async () => {
    const spools = await Promise.all([0, 1].map((replica) => get<Health>(replica, 'health')))
    return spools.every(({ spool }) => spool?.files === 0 && spool.rejectedFiles === 0)
  }, 30_000)
  const ids = readFileSync(acknowledged, 'utf8').trimEnd().split('\n')
  const stored = new Map<string, number>()
  for (const node of cluster.nodes) {
    const rows = await node.query<{ id: string }>(
      "SELECT concat(trace_id, ' ', span_id) AS id FROM live.spans_local",
    )
    for (const { id } of rows) stored.set(id, (stored.get(id) ?? 0) + 1)
  }
  const lost = ids.filter((id) => !stored.has(id)).length
  const doubled = [...stored.values()].filter((copies) => copies > 1).length
  expect(ids.length).toBeGreaterThan(1000)
  expect({ lost, doubled, of: ids.length }).toEqual({ lost: 0, doubled: 0, of: ids.length })
})
