import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../../src/server/listen.ts'
import { framed } from '../../src/store/imports/import-body.ts'
import { openStore } from '../../src/store/store.ts'
import { runCommand, startCommand } from '../cli/run-command.ts'
import { startServe } from '../cli/start-serve.ts'
import { copies, imported, type Imported, line, now, request } from '../import/imported.ts'
import { exportRequest } from '../store/export-request.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'

test('files of every kind, from files and standard input, twice, two at once; bad lines cost themselves', async () => {
  const folder = await temporaryFolder()
  const data = path.join(folder, 'data')
  const serve = await startServe(data)
  onTestFinished(() => void serve.child.kill('SIGKILL'))
  const on = ['--server', serve.url]
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(path.join(folder, name), content)
    return path.join(folder, name)
  }
  const bodies = Array.from({ length: 60 }, (_, number) => request(number))
  const lines = bodies.slice(0, 20).map(line)
  const bad = [
    ...lines.slice(0, 2),
    'nonsense\n',
    '{"x":1}\n',
    '{"resourceSpans":[\n',
    '{"resourceSpans":3}\n',
    ...lines.slice(2),
  ]
  const files = [
    file('bad.jsonl', bad.join('')),
    file('frames.pb.zst', zstdCompressSync(framed(bodies.slice(20, 40)))),
    file('one.pb.gz', gzipSync(bodies[40]!)),
    file('document.json', JSON.stringify(JSON.parse(line(bodies[41]!)), null, 2)),
  ]
  const first = await imported([...on, ...files])
  expect(first).toMatchObject({
    code: 1,
    requests: 46,
    accepted: 42,
    duplicate: 0,
    bad: 4,
    tooOld: 0,
  })
  expect(first.files[0]!.problems.map(({ where }) => where)).toEqual([
    'line 3',
    'line 4',
    'line 5',
    'line 6',
  ])
  expect(first.files[0]!.problems[3]!.message).toContain('resourceSpans is not an array')
  expect(await imported([...on, ...files])).toMatchObject({
    code: 1,
    accepted: 0,
    duplicate: 42,
    bad: 4,
  })

  // two at once, and one of them from standard input
  const rest = bodies.slice(40).map(line).join('')
  const piped = startCommand(['import', '--json', ...on, '-'])
  piped.child.stdin.end(gzipSync(rest))
  const [other, ended] = await Promise.all([
    imported([...on, file('rest.jsonl', rest)]),
    piped.ended,
  ])
  const both = [other, JSON.parse(ended.out) as Imported]
  expect(both.map(({ accepted, duplicate }) => accepted + duplicate)).toEqual([20, 20])
  expect(both[0]!.accepted + both[1]!.accepted).toBe(20)

  const old = await imported([
    ...on,
    file('old.jsonl', line(exportRequest([{ number: 900, time: now - 30 * 86_400_000 }]))),
  ])
  expect(old).toMatchObject({ code: 0, accepted: 1, tooOld: 1 })
  const missing = await runCommand(['import', ...on, 'none.jsonl'])
  expect(missing.code).toBe(64)
  expect(missing.err).toContain('none.jsonl cannot be read')
  const cut = file('cut.jsonl.gz', gzipSync(rest).subarray(0, -20))
  expect(await imported([...on, cut])).toMatchObject({ code: 1, bad: 1 })
  const human = await runCommand(['import', ...on, files[0]!])
  expect(human.out).toMatch(
    /0 records of 24 requests stored, 20 requests were stored\s+before, 4 could not be used/,
  )

  serve.child.kill('SIGTERM')
  await serve.ended
  // spans 40 and 41 came as protobuf and as JSON: other bytes, another request
  expect(await copies(data)).toEqual({ 1: 58, 2: 2 })
}, 60_000)

test('what the exporters of the JavaScript SDK send is imported from files, each signal by its content', async () => {
  const folder = await temporaryFolder()
  const names: string[] = []
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const name = path.join(folder, `${names.length}.captured`)
      names.push(name)
      writeFileSync(name, Buffer.concat(chunks))
      response.end()
    })
  })
  const port = await listen(receiver, { address: '127.0.0.1', port: 0, flag: '' })
  onTestFinished(() => void receiver.close())
  const sender = path.join(import.meta.dirname, '..', 'otlp', 'sdk-sender.ts')
  for (const protocol of ['http/protobuf', 'http/json']) {
    const run = startNode(sender, {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_COMPRESSION: protocol === 'http/json' ? 'gzip' : 'none',
      OTEL_SERVICE_NAME: 'shop',
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
    })
    expect(await run).toBe(0)
  }
  expect(names.length).toBeGreaterThanOrEqual(6)
  const data = path.join(folder, 'data')
  const result = await imported(names, { AFTERGREEN_DATA: data, AFTERGREEN_SERVER: '' })
  expect(result).toMatchObject({ code: 0, requests: names.length, duplicate: 0, bad: 0 })
  const store = await openStore({ dataFolder: data, log: () => {} })
  onTestFinished(() => store.close())
  const count = async (table: string): Promise<unknown> =>
    (
      await store.query<{ rows: number }>(`SELECT count() AS rows FROM ${store.database}.${table}`)
    )[0]?.rows
  expect(await count('spans')).toBe(4)
  expect(await count('logs')).toBeGreaterThanOrEqual(2)
  expect(await count('metrics')).toBeGreaterThanOrEqual(4)
})

async function startNode(script: string, env: Record<string, string>): Promise<number | null> {
  const { spawn } = await import('node:child_process')
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  })
  return await new Promise((resolve) => void child.on('close', resolve))
}
