import { rmSync } from 'node:fs'
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openDataFolder } from '../../store/data-folder.ts'

/** A temporary folder, held by this process alone. */
export interface FileFolder {
  path: string
  remove(): Promise<void>
}

const prefix = 'aftergreen-file-'

/**
 * A new temporary folder with the number of this process in its name. First removes those whose processes were killed
 * before they could do it themselves.
 */
export async function openFileFolder(): Promise<FileFolder> {
  await removeAbandoned()
  const folder = await mkdtemp(path.join(tmpdir(), `${prefix}${process.pid}-`))
  const removeNow = (): void => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeNow)
  const held = await openDataFolder(folder)
  return {
    path: folder,
    async remove() {
      held.release()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
      process.removeListener('exit', removeNow)
    },
  }
}

async function removeAbandoned(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => [])
  for (const name of names) {
    const pid = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length))?.[1] : undefined
    if (pid === undefined || isRunning(Number(pid))) continue
    // of somebody else, or removed meanwhile: left to whom it belongs
    await removeIfFree(path.join(tmpdir(), name)).catch(() => {})
  }
}

/** The number alone says nothing about a process in another container: a living one also holds the lock. */
async function removeIfFree(folder: string): Promise<void> {
  const found = await lstat(folder)
  if (!found.isDirectory() || found.uid !== process.getuid?.()) return
  const held = await openDataFolder(folder, 0)
  held.release()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH'
  }
}
