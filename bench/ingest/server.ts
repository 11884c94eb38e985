/**
 * The server of `bench/ingest.ts`: a store on the real engine behind the real OTLP receiver, in a process of its own.
 * Answers the orders of its parent.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { shopRequest } from '../../src/otlp/testing/shop-spans.ts'
import { createOtlpHttpServer } from '../../src/server/otlp-http-server.ts'
import { createRandom } from '../../src/stats/random.ts'
import { startEmbeddedEngine } from '../../src/store/engine/embedded-engine.ts'
import { migrate } from '../../src/store/migrations.ts'
import { openStore } from '../../src/store/store.ts'
import { jsonRows } from './json-rows.ts'
import { jsonSpans } from './json-spans.ts'
import { spansPerRequest } from './load.ts'

export type Order = 'usage' | 'settle' | 'prepare' | 'json' | 'forget' | 'end'

export interface Usage {
  port: number
  enginePid: number
  /** The engine that is fed with JSON. */
  jsonEnginePid: number
  /** Seconds of CPU of this process since its start. */
  cpu: number
}

const folder = mkdtempSync(path.join(tmpdir(), 'aftergreen-bench-'))
const log = (line: string): void => console.error(line)
const never = 2 ** 31 - 1
// the bench's spans are of another year
const retention = { every: never }
const store = await openStore({ dataFolder: path.join(folder, 'data'), log, retention })
const { database } = store
// another one of the same kind, with the same tables: merges of the one are no work of the other
const jsonEngine = await startEmbeddedEngine({ folder: path.join(folder, 'json'), database, log })
await migrate(await jsonEngine.client('admin'), database)
const server = createOtlpHttpServer({
  ingest: (signal, hash, rows) => store.ingest(signal, hash, rows),
  onError: (error) => console.error(error),
})
server.listen(0, '127.0.0.1', tell)

const admin = { as: 'admin', maxSeconds: 600 } as const
/** As many rows an insert as the product's own segments have at full rate. */
const requestsAtOnce = 100
let requests: Uint8Array[] = []

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return {
    port: (server.address() as AddressInfo).port,
    enginePid: store.health().engine.pid ?? 0,
    jsonEnginePid: jsonEngine.health().pid ?? 0,
    cpu: (user + system) / 1e6,
  }
}

/** Everything is stored, and the merges that followed have ended. */
async function settle(): Promise<void> {
  await store.drained()
  for (let quiet = 0; quiet < 3; await sleep(100)) {
    const merges = 'SELECT count() AS n FROM system.merges'
    const [row] = await store.query<{ n: number }>(merges, {}, admin)
    const client = await jsonEngine.client('admin')
    const other = await client.query({ query: merges, format: 'JSONEachRow' })
    const [otherRow] = await other.json<{ n: string }>()
    quiet = row?.n === 0 && Number(otherRow?.n) === 0 ? quiet + 1 : 0
  }
}

/** Spans like those of the load, for the other way. */
async function prepare(): Promise<void> {
  const random = createRandom(2)
  requests = Array.from({ length: Math.ceil(jsonSpans / spansPerRequest) }, (_, i) =>
    shopRequest(spansPerRequest, () => random.uniform(), i * spansPerRequest),
  )
}

/** Decoded into objects, written as JSON, inserted 100 requests at once: nothing is spooled or synced here. */
async function insertJson(): Promise<void> {
  const client = await jsonEngine.client('admin')
  for (let from = 0; from < requests.length; from += requestsAtOnce) {
    const lines = requests.slice(from, from + requestsAtOnce).map(jsonRows)
    const result = await client.exec({
      query: `INSERT INTO ${database}.spans FORMAT JSONEachRow`,
      values: Readable.from([Buffer.from(lines.join(''))], { objectMode: false }),
      // the same rows in every round: the engine would skip them otherwise
      clickhouse_settings: { insert_deduplicate: 0 },
    })
    for await (const _ of result.stream) {
      // an insert answers nothing
    }
  }
}

const orders: Record<Order, () => Promise<void>> = {
  usage: async () => {},
  settle,
  prepare,
  json: insertJson,
  forget: async () => {
    requests = []
  },
  end: async () => {
    server.close()
    server.closeAllConnections()
    await Promise.all([store.close(), jsonEngine.close()])
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    process.exit()
  },
}

async function obey(order: Order): Promise<void> {
  await orders[order]()
  tell()
}

function tell(): void {
  process.send?.(usage())
}

process.on('message', (order: Order) => void obey(order))
process.on('disconnect', () => process.exit())
