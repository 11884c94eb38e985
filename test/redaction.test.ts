import { once } from 'node:events'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { Client, credentials, Metadata } from '@grpc/grpc-js'
import { request } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import { decodeExport } from '../src/otlp/decode-export.ts'
import { encodeMessage, requestTypes } from '../src/otlp/testing/otlp-proto.ts'
import { toJson } from '../src/otlp/testing/to-json.ts'
import type { Signal } from '../src/signal.ts'
import { signals } from '../src/signal.ts'
import type { RedactionSettings } from '../src/store/guard/redaction-rules.ts'
import { defaultRuleNames, defaultSettings } from '../src/store/guard/redaction-rules.ts'
import type { Store } from '../src/store/store.ts'
import { startServe } from './cli/start-serve.ts'
import { SecretSearch } from './redaction/find-planted.ts'
import type { Planted } from './redaction/planted.ts'
import { plant } from './redaction/planted.ts'
import { until } from './store/processes.ts'
import { temporaryFolder } from './store/temporary-folder.ts'
import { testStore } from './store/test-store.ts'

const guardOff: RedactionSettings = { ...defaultSettings, off: new Set(defaultRuleNames) }
const seed = Math.floor(Math.random() * 1e6)

const protobuf = (planted: Planted, signal: Signal): Buffer =>
  Buffer.from(encodeMessage(requestTypes[signal], planted.message(signal)))

interface Kept {
  planted: Planted
  store: Store
  inFiles: SecretSearch
  inTables: SecretSearch
  rows: number
}

/** Receives secrets by all positions of three signals in two encodings, and looks for them where they are kept. */
async function keep(redaction: RedactionSettings, name: string): Promise<Kept> {
  const planted = plant(seed, 12)
  const folder = await temporaryFolder()
  const { store } = await testStore(folder, {
    guard: { redaction },
    spool: { maxSegmentAge: 3_600_000 },
  })
  for (const signal of signals) {
    for (const encoding of ['protobuf', 'json'] as const) {
      const message = planted.message(signal)
      const body =
        encoding === 'protobuf'
          ? encodeMessage(requestTypes[signal], message)
          : Buffer.from(toJson(message))
      await store.ingest(signal, `${signal}-${encoding}`, (batch) =>
        decodeExport(signal, encoding, body, batch),
      )
    }
  }
  const { secrets } = planted
  const inFiles = new SecretSearch(secrets)
  const bytes = await inFiles.lookInFolder(folder)
  await store.drained()
  const inTables = new SecretSearch(secrets)
  const rows = await inTables.lookInTables(store)
  console.log(
    `${name}: ${secrets.length} secrets; found ${inFiles.found.size} in ${bytes} bytes of files, ${inTables.found.size} in ${rows} rows`,
  )
  expect(rows).toBeGreaterThan(70)
  return { planted, store, inFiles, inTables, rows }
}

test('no secret is in the spool, in the tables or in the health', async () => {
  const { store, inFiles, inTables } = await keep(defaultSettings, 'with the guard')
  const { redacted } = store.health().guard!
  expect(Object.keys(redacted).toSorted()).toEqual([...defaultRuleNames].toSorted())
  inTables.look(JSON.stringify(store.health()), 'health')
  expect(inFiles.found).toEqual(new Map())
  expect(inTables.found).toEqual(new Map())
})

test('without the guard the same search finds them all', async () => {
  const { planted, inFiles, inTables } = await keep(guardOff, 'without the guard')
  expect(inFiles.found.size).toBe(planted.secrets.length)
  expect(inTables.found.size).toBe(planted.secrets.length)
})

test('a server keeps, logs and answers no secret, whatever comes in by which way', async () => {
  const planted = plant(seed + 1, 4)
  const folder = await temporaryFolder()
  const token = `server-token-${seed}-0123456789`
  const server = await startServe(folder, ['--log-level', 'debug'], { AFTERGREEN_TOKEN: token })
  onTestFinished(() => void server.child.kill('SIGKILL'))
  const answers: string[] = []
  const statuses: Record<string, number> = {}

  const post = async (
    url: string,
    type: string,
    body: Buffer,
    headers: Record<string, string> = {},
  ): Promise<void> => {
    const answer = await request(url, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${token}`, 'content-type': type, ...headers },
    })
    answers.push(JSON.stringify(answer.headers), await answer.body.text())
    statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1
  }
  const proto = 'application/x-protobuf'

  for (const signal of signals) {
    const url = `${server.otlpUrl}/v1/${signal}`
    const plain = protobuf(planted, signal)
    await post(url, proto, plain)
    await post(url, proto, plain)
    await post(url, proto, gzipSync(protobuf(planted, signal)), { 'content-encoding': 'gzip' })
    await post(url, proto, zstdCompressSync(protobuf(planted, signal)), {
      'content-encoding': 'zstd',
    })
    await post(url, 'application/json', Buffer.from(toJson(planted.message(signal))))
    answers.push(await grpcExport(server.grpcUrl, signal, protobuf(planted, signal), token))
    // what is refused
    const cut = protobuf(planted, signal)
    await post(url, proto, cut.subarray(0, cut.length - 7))
    answers.push(await grpcExport(server.grpcUrl, signal, cut.subarray(0, cut.length - 9), token))
    await post(url, 'application/json', Buffer.from(toJson(planted.message(signal)).slice(0, -9)))
    await post(url, 'application/json', Buffer.from(`{"resourceSpans":"${planted.text()}"`))
    await post(url, 'text/plain', Buffer.from(planted.text()))
    await post(url, `application/${planted.text().replace(/[^!-~]/g, '')}`, Buffer.from('x'))
    await post(url, proto, plain, { 'content-encoding': planted.text().replace(/[^ -~]/g, '') })
    await post(`${url}?token=${encodeURIComponent(planted.text())}`, proto, plain)
    await post(`${server.otlpUrl}/${encodeURIComponent(planted.text())}`, proto, plain)
    await post(
      `${server.url}/api/${encodeURIComponent(planted.text())}`,
      'application/json',
      Buffer.from('{'),
    )
    const wrong = planted.text().replace(/[^!-~]/g, '')
    await post(url, proto, plain, { authorization: `Bearer ${wrong}` })
    answers.push(await grpcExport(server.grpcUrl, signal, plain, wrong))
  }
  const large = Buffer.concat([
    Buffer.from(planted.text().repeat(10)),
    Buffer.alloc(65 * 2 ** 20, 65),
  ])
  await post(`${server.otlpUrl}/v1/traces`, proto, gzipSync(large), { 'content-encoding': 'gzip' })
  const wrongIds = planted.message('traces')
  const partial = JSON.parse(toJson(wrongIds).replaceAll('09'.repeat(16), '0909')) as object
  await post(
    `${server.otlpUrl}/v1/traces`,
    'application/json',
    Buffer.from(JSON.stringify(partial)),
  )
  expect(answers.at(-1)).toContain('rejected')

  const health = async (): Promise<{ spool: { files: number }; guard: unknown }> => {
    const answer = await request(`${server.url}/api/health`, {
      headers: { authorization: `Bearer ${token}` },
    })
    return (await answer.body.json()) as { spool: { files: number }; guard: unknown }
  }
  await until(async () => (await health()).spool.files === 0)
  answers.push(JSON.stringify(await health()))
  const search = new SecretSearch(planted.secrets)
  await search.lookInFolder(folder)
  server.child.kill('SIGTERM')
  const { out, err } = await server.ended
  await search.lookInFolder(folder)
  search.look(out, 'standard output')
  search.look(err, 'log')
  search.look(answers.join('\n'), 'answer')
  const { store } = await testStore(folder)
  const rows = await search.lookInTables(store)
  console.log(
    `${planted.secrets.length} secrets by all ways: found ${search.found.size} in ${rows} rows, all files, ${err.length} characters of log and ${answers.length} answers; statuses ${JSON.stringify(statuses)}`,
  )
  expect(search.found).toEqual(new Map())
  expect(rows).toBeGreaterThan(60)
  expect(Object.keys(statuses)).toEqual(
    expect.arrayContaining(['200', '400', '401', '404', '413', '415']),
  )
})

test('a bad file of rules is told with its line, and nothing starts', async () => {
  const folder = await temporaryFolder()
  const file = `${folder}/redaction.json`
  const { writeFile } = await import('node:fs/promises')
  await writeFile(file, '{\n  "rules": [\n    { "name": "order", "value": "(a+" }\n  ]\n}\n')
  const { startCommand } = await import('./cli/run-command.ts')
  const { ended, child } = startCommand(['serve', '--data', `${folder}/data`, '--port', '0'], {
    AFTERGREEN_REDACTION: file,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const { code, err } = await ended
  expect(code).toBe(64)
  expect(err.replace(/\s+/g, ' ')).toContain(
    'redaction.json, line 3: rule "order": "value" is no expression that can be used: a "(" is not closed.',
  )
})

const services: Record<Signal, string> = {
  traces: 'trace.v1.TraceService',
  logs: 'logs.v1.LogsService',
  metrics: 'metrics.v1.MetricsService',
}

/** The answer, or the error, as a text. */
async function grpcExport(
  url: string,
  signal: Signal,
  body: Buffer,
  token: string,
): Promise<string> {
  const client = new Client(new URL(url).host, credentials.createInsecure())
  const metadata = new Metadata()
  metadata.set('authorization', `Bearer ${token}`)
  const path = `/opentelemetry.proto.collector.${services[signal]}/Export`
  const same = (bytes: Buffer): Buffer => bytes
  const done = new EventTarget()
  const answered = once(done, 'answer')
  let answer = ''
  client.makeUnaryRequest(path, same, same, body, metadata, (error, value) => {
    answer =
      error === null ? `ok ${value?.toString('latin1')}` : `${error.message} ${error.details}`
    done.dispatchEvent(new Event('answer'))
  })
  await answered
  client.close()
  return answer
}
