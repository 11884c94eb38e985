/** A store on a real ClickHouse cluster of three nodes: what happens to inserts, questions and settings. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { decodeExport } from '../../src/otlp/decode-export.ts'
import { openStore, type Store, type StoreOptions } from '../../src/store/store.ts'
import {
  askedDatabase,
  type ClickHouseNodes,
  clusterName,
  startClickHouseNodes,
} from '../cluster/clickhouse-nodes.ts'
import { exportRequest, requestHash } from '../store/export-request.ts'
import { until } from '../store/processes.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'aftergreen-cluster-store-'))
let cluster: ClickHouseNodes
let tests = 0
let database = ''

beforeAll(async () => {
  cluster = await startClickHouseNodes(folder, 3)
})

beforeEach(() => {
  database = `db${tests++}`
})

afterAll(async () => {
  await cluster.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

async function open(options: Partial<StoreOptions> = {}, lines: string[] = []): Promise<Store> {
  const store = await openStore({
    dataFolder: path.join(folder, database),
    clickhouseUrl: cluster.url(database),
    clickhouseCluster: clusterName,
    log: (line) => lines.push(line),
    ...options,
  })
  onTestFinished(() => store.close())
  return store
}

async function send(store: Store, first: number, count: number): Promise<void> {
  const spans = Array.from({ length: count }, (_, i) => ({ number: first + i }))
  const body = exportRequest(spans)
  await store.ingest('traces', requestHash(body), (batch) =>
    decodeExport('traces', 'protobuf', body, batch),
  )
}

/** Rows on every node, and how many different ones there are in all. */
async function rows(): Promise<{ each: number[]; distinct: number }> {
  const names = await Promise.all(
    cluster.nodes.map((node) =>
      node.query<{ name: string }>(`SELECT name FROM ${database}.spans_local`),
    ),
  )
  return {
    each: names.map((some) => some.length),
    distinct: new Set(names.flat().map(({ name }) => name)).size,
  }
}

const total = async (store: Store): Promise<number> => {
  const [row] = await store.query<{ spans: number }>(
    `SELECT count() AS spans FROM ${store.relation('traces')}`,
  )
  return row?.spans ?? -1
}

test('an insert of which a part is there already is completed and not doubled, whichever server spreads it', async () => {
  const [, , third] = cluster.nodes
  const spool = path.join(folder, database, 'spool')
  const copy = `${spool}.copy`
  await (await open()).close()
  await third!.kill()
  const store = await open()
  await send(store, 0, 600)
  await store.close()
  cpSync(spool, copy, { recursive: true })
  await third!.start()
  const expected = await restored(0)
  expect(expected.distinct).toBe(600)
  for (const share of expected.each) expect(share).toBeGreaterThan(100)

  // as if the servers had failed before they could say that two of three had their rows
  for (let round = 0; round < 3; round++) {
    await cluster.nodes[round]!.run(`TRUNCATE TABLE ${database}.spans_local`)
    expect((await rows()).distinct).toBeLessThan(600)
    rmSync(spool, { recursive: true })
    cpSync(copy, spool, { recursive: true })
    expect(await restored(round)).toEqual(expected)
  }
})

test('a server that knows of an insert and does not have its rows gets them', async () => {
  const [, , third] = cluster.nodes
  await (await open()).close()
  await third!.kill()
  const store = await open()
  await send(store, 0, 600)
  await store.close()
  await third!.start()
  // as when it died between its list of inserts and the rows
  const [segment] = readdirSync(path.join(folder, database, 'spool')).filter((name) =>
    name.endsWith('-traces.segment'),
  )
  const token = segment!.replace('.segment', '')
  const taken = `INSERT INTO ${database}.spans_local (name, time) SETTINGS insert_deduplication_token = '${token}', insert_deduplicate = 1`
  await third!.run(`${taken} SELECT 'other', now64(9)`)
  await cluster.nodes[1]!.run(`TRUNCATE TABLE ${database}.spans_local`)
  const after = await restored(0, 601)
  expect(after.distinct).toBe(601)
  expect(after.each.reduce((a, b) => a + b, 0)).toBe(601)
})

/** Starts a store on the data folder, which stores what is left there, and ends it. */
async function restored(first: number, spans = 600): Promise<Awaited<ReturnType<typeof rows>>> {
  const store = await open({ clickhouseUrl: cluster.url(database, first) })
  await until(() => store.health().spool.files === 0)
  expect(store.health().spool.rejectedFiles).toBe(0)
  expect(await total(store)).toBe(spans)
  await store.close()
  return await rows()
}

test('whichever server is killed, questions are answered, and it is known what is missing', async () => {
  const store = await open()
  await send(store, 0, 300)
  await store.drained()
  for (const node of cluster.nodes) {
    expect(store.coverage()).toMatchObject({ shards: 3, answering: 3, missing: [], share: 1 })
    const { partialAnswers } = store.coverage()
    expect(await total(store)).toBe(300)
    expect(store.coverage().partialAnswers, 'a whole answer').toBe(partialAnswers)
    const { each } = await rows()
    await node.kill()
    const own = each[cluster.nodes.indexOf(node)]!
    // a node that is asked by the one that is killed may fall with it, and comes back
    await until(async () => (await total(store).catch(() => -1)) === 300 - own)
    expect(store.coverage().partialAnswers, 'a partial one').toBeGreaterThan(partialAnswers)
    await until(() => store.coverage().missing.length === 1)
    expect(store.coverage()).toMatchObject({ answering: 2, missing: [node.shard] })
    expect(store.coverage().share).toBeGreaterThan(0.5)
    expect(store.coverage().share).toBeLessThan(0.8)
    expect(store.health().cluster).toMatchObject({ name: clusterName, replicated: false })
    await node.start()
    await until(() => store.coverage().answering === 3)
  }
})

test('a start while a server is down: it gets its tables when it is back', async () => {
  const [, , third] = cluster.nodes
  await third!.kill()
  const store = await open()
  expect(store.coverage()).toMatchObject({ answering: 2, missing: [third!.shard] })
  await send(store, 0, 100)
  await third!.start()
  await store.drained()
  await until(() => store.coverage().answering === 3)
  expect(await total(store)).toBe(100)
})

test('a user of its own asks the questions, and can do nothing else', async () => {
  // what the configuration of the servers lets them ask
  database = askedDatabase
  const as = (user: string): string =>
    cluster.url(database).replace(/\/\/[^@]*@/, `//${user}:ask-secret@`)
  const store = await open({ clickhouseReaderUrl: as('asker') })
  await send(store, 0, 50)
  await store.drained()
  expect(await total(store)).toBe(50)
  const who = await store.query<{ user: string }>('SELECT currentUser() AS user')
  expect(who).toEqual([{ user: 'asker' }])
  for (const sql of [
    `TRUNCATE TABLE ${database}.spans_local`,
    'SELECT name FROM system.users',
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
  ]) {
    await expect(store.query(sql)).rejects.toMatchObject({ code: 'ENGINE_QUERY' })
  }
  await store.close()
  const refusal = await open({ clickhouseReaderUrl: as('strict') }).catch((error: unknown) => error)
  expect(refusal).toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    hint: expect.stringContaining('readonly = 2'),
  })
  expect(String(refusal)).not.toContain('ask-secret')
})

test('settings that do not fit the servers or their tables are refused, and say why', async () => {
  const single = cluster.url(database).replace(/@([^,]+),[^/]*/, '@$1')
  const none = { clickhouseCluster: undefined }
  await expect(open({ clickhouseCluster: 'nowhere' })).rejects.toMatchObject({
    code: 'USAGE',
    message: `The ClickHouse servers know no cluster nowhere; they know: ${clusterName}.`,
  })
  await expect(open(none)).rejects.toMatchObject({
    code: 'USAGE',
    message: 'Several ClickHouse servers are named, but no cluster.',
  })
  const one = await open({ ...none, clickhouseUrl: single })
  await send(one, 0, 10)
  await one.drained()
  expect(one.coverage()).toMatchObject({ shards: 1, answering: 1, share: 1 })
  expect(one.health().cluster).toBeUndefined()
  await one.close()
  await expect(open()).rejects.toMatchObject({
    code: 'USAGE',
    message: `The tables of database ${database} lie on one server, and are not spread over a cluster.`,
  })
  database = `db${tests++}`
  await (await open()).close()
  const cut = { ...none, clickhouseUrl: single.replace(/[^/]*$/, database) }
  await expect(open(cut)).rejects.toMatchObject({
    code: 'USAGE',
    message: `The tables of database ${database} are spread over a cluster, but none is named.`,
  })
})
