import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const longestWaitMs = 15 * 60_000

/**
 * Runs `work` while no other process of this user runs it for the same folder. The lock names its holder: one whose
 * process is gone is taken over.
 * @param {string} folder
 * @param {(line: string) => void} say
 * @param {() => Promise<void> | void} work
 */
export async function withLock(folder, say, work) {
  const id = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const base = join(tmpdir(), `aftergreen-${userInfo().uid}`)
  mkdirSync(base, { recursive: true, mode: 0o700 })
  const path = join(base, `${id}.lock`)
  const end = Date.now() + longestWaitMs
  let told = false
  while (!take(path)) {
    if (Date.now() > end)
      throw new Error(`Another run holds ${path} for too long; remove it if that run is dead.`)
    if (!told) say('Another run is installing what is missing; waiting for it.')
    told = true
    await sleep(250)
  }
  try {
    await work()
  } finally {
    rmSync(path, { force: true })
  }
}

/** @param {string} path */
function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error
  }
  removeIfHolderIsGone(path)
  return false
}

/** @param {string} path */
function removeIfHolderIsGone(path) {
  const holder = read(path)
  if (holder === null || isAlive(Number(holder))) return
  // Two waiters may see the same dead holder: only the one whose rename succeeds removes it, and it looks at what it got.
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  const taken = read(aside)
  if (taken !== null && taken !== holder && isAlive(Number(taken))) renameSync(aside, path)
  else rmSync(aside, { force: true })
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** @param {number} pid */
function isAlive(pid) {
  // A lock that is created but not yet written has no holder to ask: leave it.
  if (!Number.isInteger(pid) || pid <= 0) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
