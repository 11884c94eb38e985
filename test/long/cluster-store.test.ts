/** A store on a real ClickHouse cluster of three nodes: what happens to inserts, questions and settings. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { decodeExport } from '../../src/otlp/decode-export.ts'
import { openStore, type Store, type StoreOptions } from '../../src/store/store.ts'
import {
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

async function rowsOn(node: number): Promise<number> {
  const [row] = await cluster.nodes[node]!.query<{ rows: number }>(
    `SELECT toUInt32(count()) AS rows FROM ${database}.spans_local`,
  )
  return row?.rows ?? 0
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

test('an insert of which a part has arrived is completed and not doubled, by whatever server it comes again', async () => {
  const lines: string[] = []
  const store = await open({}, lines)
  const [first, , third] = cluster.nodes
  await third!.kill()
  await send(store, 0, 600)
  await until(async () => (await rowsOn(0)) > 100)
  await until(async () => (await rowsOn(1)) > 100)
  await store.close()

  // now the shard that had its part is down, and the one that had not gets it
  await third!.start()
  await first!.kill()
  const again = await open({}, lines)
  await until(async () => (await rowsOn(2)) > 100)
  await first!.start()
  await again.drained()
  const after = await rows()
  expect(after.distinct).toBe(600)
  expect(after.each.reduce((a, b) => a + b, 0)).toBe(600)
  expect(await total(again)).toBe(600)
  expect(again.health().spool).toMatchObject({ files: 0, rejectedFiles: 0 })
})

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
    expect(await total(store)).toBe(300 - own)
    expect(store.coverage().partialAnswers, 'a partial one').toBe(partialAnswers + 1)
    await until(() => store.coverage().missing.length > 0)
    expect(store.coverage()).toMatchObject({ answering: 2, missing: [node.shard] })
    expect(store.coverage().share).toBeCloseTo(1 - own / 300)
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
  for (const node of cluster.nodes) {
    await node.run(`CREATE USER OR REPLACE asker IDENTIFIED BY 'ask-secret' SETTINGS readonly = 2`)
    await node.run(`GRANT SELECT ON ${database}.* TO asker`)
    await node.run(`CREATE USER OR REPLACE strict IDENTIFIED BY 'ask-secret' SETTINGS readonly = 1`)
  }
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
    await expect(store.query(sql), sql).rejects.toMatchObject({ code: 'ENGINE_QUERY' })
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
