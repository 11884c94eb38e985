import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { ChildProcesses } from '../../demo/run/child-processes.ts'
import { startCustomers, startShop } from '../../demo/run/start-shop.ts'
import { openStore } from '../../src/store/store.ts'

/** Starts `aftergreen serve` and waits until it takes telemetry. */
async function startServe(data: string, port: number, otlpPort: number): Promise<ChildProcess> {
  const cli = join(import.meta.dirname, '../../src/cli/main.ts')
  const flags = [
    '--data',
    data,
    '--port',
    String(port),
    '--otlp-port',
    String(otlpPort),
    '--grpc-port',
    '0',
    '--judge-every',
    '5',
  ]
  const server = spawn(process.execPath, [cli, 'serve', ...flags], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let said = ''
  server.stdout.on('data', (text) => (said += String(text)))
  server.stderr.on('data', (text) => (said += String(text)))
  onTestFinished(() => void server.kill('SIGKILL'))
  for (let tries = 0; tries < 150; tries++) {
    if (server.exitCode !== null) break
    const health = await fetch(`http://127.0.0.1:${port}/api/health`).catch(() => null)
    const body = (await health?.json().catch(() => null)) as { status?: string } | null
    if (body?.status === 'ok') return server
    await sleep(200)
  }
  throw new Error(`the server did not start: ${said}`)
}

async function freePorts(): Promise<[number, number]> {
  const { createServer } = await import('node:net')
  const servers = [createServer(), createServer()]
  const ports = await Promise.all(
    servers.map(async (server) => {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      return typeof address === 'object' && address !== null ? address.port : 0
    }),
  )
  for (const server of servers) server.close()
  return ports as [number, number]
}

test('every acknowledged span is there once after the server was killed with -9 under traffic', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aftergreen-kill-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const data = join(folder, 'data')
  const acknowledgedLog = join(folder, 'acknowledged')
  const [port, otlpPort] = await freePorts()
  process.env['SHOP_ACKNOWLEDGED_LOG'] = acknowledgedLog
  onTestFinished(() => void delete process.env['SHOP_ACKNOWLEDGED_LOG'])

  let server = await startServe(data, port, otlpPort)
  const processes = new ChildProcesses()
  onTestFinished(() => processes.stopAll())
  const shop = await startShop(processes, {
    seed: 1,
    otlpEndpoint: `http://127.0.0.1:${otlpPort}`,
    scenario: 'healthy',
  })
  await shop.route(0.2)
  const customers = await startCustomers(processes, {
    seed: 1,
    storefrontPort: shop.storefrontPort,
    visitsPerSecond: 25,
  })

  let before = 0
  for (let kill = 0; kill < 3; kill++) {
    await sleep(4_000 + 700 * kill)
    const closed = once(server, 'close')
    server.kill('SIGKILL')
    await closed
    if (kill === 0) before = readFileSync(acknowledgedLog, 'utf8').split('\n').length - 1
    await sleep(500)
    server = await startServe(data, port, otlpPort)
  }
  await sleep(4_000)
  await customers.stop()
  // the services flush what they still hold when they are asked to end
  await processes.stopAll()
  server.kill('SIGTERM')
  await once(server, 'close')

  const acknowledged = readFileSync(acknowledgedLog, 'utf8').trimEnd().split('\n')
  const store = await openStore({ dataFolder: data, log: () => undefined })
  onTestFinished(() => store.close())
  await store.drained()
  const rows = await store.query<{ id: string; copies: number }>(
    `SELECT concat(trace_id, ' ', span_id) AS id, count() AS copies FROM ${store.database}.spans GROUP BY id`,
  )
  const stored = new Map(rows.map(({ id, copies }) => [id, copies]))
  const lost = acknowledged.filter((id) => !stored.has(id))
  const doubled = rows.filter(({ copies }) => copies !== 1)
  expect(before, 'spans acknowledged before the first kill').toBeGreaterThan(200)
  expect(acknowledged.length, 'spans acknowledged after it').toBeGreaterThan(2 * before)
  expect({ lost: lost.length, doubled: doubled.length, of: acknowledged.length }).toEqual({
    lost: 0,
    doubled: 0,
    of: acknowledged.length,
  })
})
