import { mkdir, readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { AftergreenError } from '../src/errors.ts'
import { startEmbeddedEngine } from '../src/store/engine/embedded-engine.ts'
import { writeEngineFiles } from '../src/store/engine/engine-files.ts'
import { startEngineProcess } from '../src/store/engine/engine-process.ts'
import { libraryPath } from '../src/store/engine/library-path.ts'
import { currentPlatform } from '../src/store/engine/platform.ts'
import { queryRows } from '../src/store/query-rows.ts'
import { openStore } from '../src/store/store.ts'
import { isAlive, killNow, startSender, until } from './store/processes.ts'
import { temporaryFolder } from './store/temporary-folder.ts'
import { testStore } from './store/test-store.ts'

test('the reader can only select, and only from the database of the product', async () => {
  const { store } = await testStore(await temporaryFolder())
  const refused = [
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a String')",
    "SELECT * FROM remote('127.0.0.1', 'system', 'users')",
    "SELECT * FROM executable('ls', 'CSV', 'a String')",
    "SELECT * FROM s3('http://127.0.0.1:1/a.csv', 'CSV', 'a String')",
    "INSERT INTO aftergreen.spans (name) SELECT 'x'",
    'ALTER TABLE aftergreen.spans DELETE WHERE 1',
    'DROP TABLE aftergreen.spans',
    'CREATE TABLE aftergreen.x (a Int8) ENGINE = Memory',
    "CREATE USER x IDENTIFIED BY 'x'",
    'SELECT query FROM system.processes',
    'SELECT name FROM system.users',
    'SYSTEM STOP LISTEN HTTP',
    'SELECT 1 SETTINGS readonly = 0',
    'SELECT 1 SETTINGS max_execution_time = 0',
    'SELECT 1 SETTINGS max_memory_usage = 0',
  ]
  const outcomes = refused.map((sql) =>
    store.query(sql).catch((error: AftergreenError) => error.code),
  )
  expect(await Promise.all(outcomes)).toEqual(refused.map(() => 'ENGINE_QUERY'))
  expect(await store.query('SELECT count() AS n FROM aftergreen.spans')).toEqual([{ n: 0 }])
})

test('the user that the engine starts as can read nothing', async () => {
  const folder = await temporaryFolder()
  const { store } = await testStore(folder)
  const { url } = store.health().engine
  const refused = [
    'SELECT * FROM aftergreen.spans',
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    'CREATE TABLE aftergreen.x (a Int8) ENGINE = Memory',
    'SYSTEM RELOAD USERS',
  ]
  for (const sql of refused) {
    const answer = await fetch(`${url}/?user=default`, { method: 'POST', body: sql })
    expect(await answer.text()).toContain('ACCESS_DENIED')
  }
  const users = path.join(folder, 'engine', 'users.xml')
  expect((await stat(users)).mode & 0o777).toBe(0o600)
  expect(await readFile(users, 'utf8')).toContain('password_sha256_hex')
})

test('a query that takes too long, or that nobody waits for any more, ends', async () => {
  const { store } = await testStore(await temporaryFolder())
  const endless = 'SELECT count() FROM numbers(1000000000000)'
  await expect(store.query(endless, {}, { maxSeconds: 1 })).rejects.toMatchObject({
    code: 'ENGINE_QUERY',
    message: expect.stringContaining('Timeout exceeded') as string,
  })
  const abort = new AbortController()
  const query = store.query(endless, {}, { signal: abort.signal })
  setTimeout(() => abort.abort(new Error('not needed any more')), 200)
  await expect(query).rejects.toThrow('not needed any more')
  const running = `SELECT count() AS n FROM system.processes WHERE query LIKE '%numbers(1000000000000)%' AND is_initial_query AND query NOT LIKE '%system.processes%'`
  await until(async () => {
    const [row] = await store.query<{ n: number }>(running, {}, { as: 'admin' })
    return row?.n === 0
  }, 5000)
})

test('integers come back as numbers where a number can hold them', async () => {
  const { store } = await testStore(await temporaryFolder())
  const sql = `SELECT toUInt64({n: UInt64}) AS safe, toInt64(-9007199254740993) AS large, '1234567890123456789' AS text, 0.1 + 0.2 AS fraction`
  const row = {
    safe: 7,
    large: '-9007199254740993',
    text: '1234567890123456789',
    fraction: 0.1 + 0.2,
  }
  expect(await store.query(sql, { n: 7 })).toEqual([row])
})

test('the engine leaves within five seconds of its killed owner', async () => {
  const { process: owner, enginePid } = await startSender(await temporaryFolder())
  expect(isAlive(enginePid)).toBe(true)
  await killNow(owner)
  await until(() => !isAlive(enginePid), 5000)
})

test('a query during a restart waits for it', async () => {
  const { store, lines } = await testStore(await temporaryFolder())
  process.kill(store.health().engine.pid ?? -1, 'SIGKILL')
  await until(() => store.health().engine.state === 'restarting')
  expect(store.health().engine.problem).toContain('SIGKILL')
  expect(await store.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect(store.health().engine).toMatchObject({ state: 'ready', restarts: 1, problem: '' })
  expect(lines.join('\n')).toContain('ended and is started again')
})

test('an engine that has stopped answering is replaced', async () => {
  const folder = await temporaryFolder()
  const engine = await startEmbeddedEngine({
    folder,
    database: 'aftergreen',
    log: () => {},
    watchEvery: 100,
  })
  onTestFinished(() => engine.close())
  process.kill(engine.health().pid ?? -1, 'SIGSTOP')
  await until(() => engine.health().restarts === 1)
  expect(await queryRows(engine, 'SELECT 1 AS one', {}, {})).toEqual([{ one: 1 }])
})

test('an engine that cannot start says why', async () => {
  const folder = await temporaryFolder()
  const unsupported = { platform: 'linux', arch: 'x64', glibc: false }
  const options = { folder, database: 'aftergreen', log: () => {} }
  await expect(startEmbeddedEngine({ ...options, platform: unsupported })).rejects.toMatchObject({
    code: 'PLATFORM_UNSUPPORTED',
  })
  // where the engine wants to lock its folder there is something else
  await mkdir(path.join(folder, 'data', 'status'), { recursive: true })
  await expect(startEmbeddedEngine(options)).rejects.toMatchObject({
    code: 'ENGINE_START',
    message: expect.stringContaining('status') as string,
  })
})

test('an engine without memory is not left running', async () => {
  process.env['AFTERGREEN_ENGINE_MEMORY'] = '1'
  onTestFinished(() => void delete process.env['AFTERGREEN_ENGINE_MEMORY'])
  const folder = await temporaryFolder()
  const options = { folder, database: 'aftergreen', log: () => {} }
  await expect(startEmbeddedEngine(options)).rejects.toMatchObject({
    code: 'ENGINE_START',
    message: expect.stringContaining('memory limit') as string,
  })
  delete process.env['AFTERGREEN_ENGINE_MEMORY']
  const engine = await startEmbeddedEngine(options)
  await engine.close()
})

test('another ClickHouse server can be used, and its password stays secret', async () => {
  // another embedded engine, with passwords that this test knows
  const files = writeEngineFiles(await temporaryFolder(), {
    database: 'elsewhere',
    adminPassword: 'pass/word',
    readerPassword: 'x',
    memory: 2 ** 30,
  })
  const engine = await startEngineProcess(libraryPath(currentPlatform()), files)
  onTestFinished(() => engine.kill())
  const clickhouseUrl = `${engine.url.replace('//', '//admin:pass%2Fword@')}/elsewhere`
  const folder = await temporaryFolder()
  const { store, send, stored } = await testStore(folder, { clickhouseUrl })
  await send([{ number: 1 }])
  await store.drained()
  expect(await stored()).toEqual([1])
  expect(store.database).toBe('elsewhere')
  expect(store.health().engine).toMatchObject({ kind: 'external', state: 'ready' })
  const refused = [
    'DROP TABLE elsewhere.spans',
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a String')",
    'SELECT 1 SETTINGS readonly = 0',
    'SELECT 1 SETTINGS max_execution_time = 0',
  ]
  for (const sql of refused) await expect(store.query(sql)).rejects.toThrow('readonly mode')
  await expect(stat(path.join(folder, 'engine'))).rejects.toThrow('ENOENT')

  const wrong = clickhouseUrl.replace('pass%2Fword', 'other%2Fword')
  const refusal = openStore({
    dataFolder: await temporaryFolder(),
    clickhouseUrl: wrong,
    log: () => {},
  })
  await expect(refusal).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.not.stringContaining('other') as string,
  })
})

test('a server that does not speak ClickHouse is refused', async () => {
  const server = createServer((_, response) => response.writeHead(404).end('nothing here'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const refusal = openStore({
    dataFolder: await temporaryFolder(),
    clickhouseUrl: `http://127.0.0.1:${port}`,
    log: () => {},
  })
  await expect(refusal).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
})
