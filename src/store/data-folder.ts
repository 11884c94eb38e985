import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { AftergreenError } from '../errors.ts'

/** The data folder, held by this process alone until `release`. */
export interface DataFolder {
  /** Absolute. */
  path: string
  release(): void
}

/**
 * Creates the folder (owner only) where there is none, and takes its lock. The lock is one that the operating system
 * drops when its holder dies, however it dies, so that it can never be left behind; a holder that is going away right
 * now is waited for, up to `patience` ms.
 * @throws DATA_FOLDER_LOCKED, DATA_FOLDER_READ_ONLY
 */
export async function openDataFolder(folder: string, patience = 2000): Promise<DataFolder> {
  const absolute = path.resolve(folder)
  const holder = path.join(absolute, 'lock.pid')
  try {
    makeFolder(absolute)
    accessSync(absolute, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw readOnly(absolute, error)
  }
  const deadline = Date.now() + patience
  for (;;) {
    try {
      const lock = takeLock(path.join(absolute, 'lock.db'))
      writeFileSync(holder, `${process.pid}\n`, { mode: 0o600 })
      return { path: absolute, release: () => lock.close() }
    } catch (error) {
      if (!isBusy(error)) throw readOnly(absolute, error)
      if (Date.now() > deadline) throw locked(absolute, holder)
    }
    await sleep(50)
  }
}

/** Level by level: Node's recursive form never returns where the system hides its refusal, as under /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  const parent = path.dirname(folder)
  if (parent !== folder) makeFolder(parent)
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // somebody else may have made it meanwhile
    if (!existsSync(folder)) throw error
  }
}

/** An exclusive SQLite transaction: a lock of the kernel on every platform. Nothing is ever written in it. */
function takeLock(file: string): DatabaseSync {
  const lock = new DatabaseSync(file)
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    throw error
  }
}

function isBusy(error: unknown): boolean {
  const sqliteBusy = 5
  return error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy
}

function locked(folder: string, holder: string): AftergreenError {
  let pid = ''
  try {
    pid = readFileSync(holder, 'utf8').trim()
  } catch {
    // the holder has not written it yet
  }
  const who = pid === '' ? 'another process' : `process ${pid}`
  return new AftergreenError(
    'DATA_FOLDER_LOCKED',
    `The data folder ${folder} is in use by ${who}.`,
    {
      hint: 'Stop that process, or set AFTERGREEN_DATA to another folder.',
    },
  )
}

function readOnly(folder: string, cause: unknown): AftergreenError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new AftergreenError(
    'DATA_FOLDER_READ_ONLY',
    `The data folder ${folder} cannot be written: ${reason}.`,
    { hint: 'Make it writable for this user, or set AFTERGREEN_DATA to another folder.', cause },
  )
}
