import { spawnSync } from 'node:child_process'
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../src/store/store.ts'
import { killNow, startSender } from './store/processes.ts'
import { temporaryFolder } from './store/temporary-folder.ts'
import { testStore } from './store/test-store.ts'

const script = path.join(import.meta.dirname, 'store', 'open-and-close.ts')

test('a second process on the same folder is refused, and told who has it', async () => {
  const folder = path.join(await temporaryFolder(), 'data')
  const { process: holder } = await startSender(folder)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  await expect(openStore({ dataFolder: folder, log: () => {} })).rejects.toMatchObject({
    code: 'DATA_FOLDER_LOCKED',
    message: `The data folder ${folder} is in use by process ${holder.pid}.`,
    hint: 'Stop that process, or set AFTERGREEN_DATA to another folder.',
  })
  await killNow(holder)
  const { store } = await testStore(folder)
  expect(store.health().engine.state).toBe('ready')
})

test('the same process cannot hold a folder twice', async () => {
  const folder = await temporaryFolder()
  await testStore(folder)
  await expect(openStore({ dataFolder: folder, log: () => {} })).rejects.toMatchObject({
    code: 'DATA_FOLDER_LOCKED',
  })
})

test('a folder that cannot be written is refused', async () => {
  const folder = path.join(await temporaryFolder(), 'data')
  await mkdir(folder)
  await chmod(path.dirname(folder), 0o755)
  await chmod(folder, 0o555)
  // permissions do not bind the superuser: then as nobody
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const run = spawnSync(process.execPath, [script, folder], { ...user, encoding: 'utf8' })
  expect(run.stdout).toContain(`DATA_FOLDER_READ_ONLY The data folder ${folder} cannot be written`)
})

test('a path that is a file is refused', async () => {
  const file = path.join(await temporaryFolder(), 'file')
  await writeFile(file, '')
  await expect(openStore({ dataFolder: file, log: () => {} })).rejects.toMatchObject({
    code: 'DATA_FOLDER_READ_ONLY',
  })
})

test('tables of a newer version are left alone', async () => {
  const folder = path.join(await temporaryFolder(), 'with space & <sign>')
  const { store } = await testStore(folder)
  const insert =
    "INSERT INTO aftergreen.schema_migrations (number, name) SELECT 9999, 'of the future'"
  await store.query(insert, {}, { as: 'admin' })
  await store.close()
  await expect(openStore({ dataFolder: folder, log: () => {} })).rejects.toMatchObject({
    code: 'ENGINE_START',
    message: 'The tables of database aftergreen were made by a newer version of Aftergreen.',
  })
})

test('a full disk refuses rows, keeps what it has, and takes rows again when there is room', async () => {
  const folder = await temporaryFolder()
  // a file system of its own, of 24 MB
  const mounted = 'mount -t tmpfs -o size=24m tmpfs "$0" && exec "$@"'
  const full = path.join(import.meta.dirname, 'store', 'fill-disk.ts')
  const run = spawnSync(
    'unshare',
    ['--map-root-user', '--mount', 'sh', '-c', mounted, folder, process.execPath, full, folder],
    { encoding: 'utf8' },
  )
  expect(run.stderr).toBe('')
  const answer = JSON.parse(run.stdout) as Record<string, unknown>
  expect(answer).toMatchObject({ refusal: 'DISK_FULL', lost: [], doubled: [], acceptsAgain: true })
  expect(answer['accepted']).toBeGreaterThan(0)
})
