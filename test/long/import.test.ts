import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../../src/server/listen.ts'
import type { StoreHealth } from '../../src/store/store.ts'
import { startCommand } from '../cli/run-command.ts'
import { startServe } from '../cli/start-serve.ts'
import { copies, imported, type Imported, line, request } from '../import/imported.ts'
import { until } from '../store/processes.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'

test('server and import killed in the middle: started again it goes on, and every span is there once', async () => {
  const folder = await temporaryFolder()
  const data = path.join(folder, 'data')
  const file = path.join(folder, 'many.jsonl')
  const filler = 'x'.repeat(20_000)
  const spans = 3000
  writeFileSync(
    file,
    Array.from({ length: spans }, (_, number) => line(request(number, filler))).join(''),
  )
  const port = await freePort()
  const args = ['--port', String(port)]
  let serve = await startServe(data, args)
  onTestFinished(() => void serve.child.kill('SIGKILL'))
  const start = () => startCommand(['import', '--json', '--server', serve.url, file])
  const accepted = async (): Promise<number> => {
    const health = (await (await fetch(`${serve.url}/api/health`)).json()) as StoreHealth
    return health.imports?.accepted.traces ?? 0
  }

  let run = start()
  await until(async () => (await accepted()) > 200)
  run.child.kill('SIGKILL')
  await run.ended
  // the server finishes what it had received
  let before = -1
  await until(async () => {
    const last = before
    await sleep(200)
    before = await accepted()
    return before === last
  })
  run = start()
  await until(async () => (await accepted()) > before + 200)
  serve.child.kill('SIGKILL')
  await serve.ended
  // the import waits until the server is there again
  serve = await startServe(data, args)
  const { code, out, err } = await run.ended
  expect(err).toMatch(/Waiting: No Aftergreen server answers/)
  expect(err).not.toContain('error')
  const report = JSON.parse(out) as Imported
  expect({ code, requests: report.requests, bad: report.bad }).toEqual({
    code: 0,
    requests: spans,
    bad: 0,
  })
  expect(report.accepted + report.duplicate).toBe(spans)
  expect(report.duplicate).toBeGreaterThan(0)
  expect(await imported(['--server', serve.url, file])).toMatchObject({
    accepted: 0,
    duplicate: spans,
  })
  serve.child.kill('SIGTERM')
  await serve.ended
  expect(await copies(data)).toEqual({ 1: spans })
})

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listen(server, { address: '127.0.0.1', port: 0, flag: '' })
  await new Promise((resolve) => void server.close(resolve))
  return port
}
