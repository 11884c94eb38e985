import { readdir, stat, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { AftergreenError } from '../../errors.ts'
import { openDataFolder } from '../data-folder.ts'
import { libraryPath } from '../engine/library-path.ts'
import { currentPlatform } from '../engine/platform.ts'

/** What can be seen of an Aftergreen that does not run. Errors are sentences. */
export interface FolderFigures {
  folder: string
  /** `free`: a server can use it; `new`: it will be made. */
  access: 'free' | 'new' | 'locked' | 'unusable'
  accessProblem: string
  /** Bytes; null where the system does not tell. */
  disk: { total: number; free: number } | null
  /** Acknowledged rows that the engine does not have yet. */
  spool: { files: number; bytes: number }
  rejectedFiles: number
  /** Why the embedded engine cannot run here; empty when it can. */
  engineProblem: string
  nodeVersion: string
  /** Ports that are taken. */
  takenPorts: number[]
}

/** Looks at a data folder without changing it; takes its lock for a moment. */
export async function lookAtFolder(
  folder: string,
  ports: readonly number[],
): Promise<FolderFigures> {
  const absolute = path.resolve(folder)
  const exists = await isFolder(absolute)
  const access = exists ? await tryAccess(absolute) : { access: 'new' as const, accessProblem: '' }
  const spool = path.join(absolute, 'spool')
  const taken = await Promise.all(ports.map(isTaken))
  return {
    folder: absolute,
    ...access,
    disk: await diskOf(exists ? absolute : path.parse(absolute).root),
    spool: await filesIn(spool, '.segment'),
    rejectedFiles: (await filesIn(path.join(spool, 'rejected'), '.segment')).files,
    engineProblem: engineProblem(),
    nodeVersion: process.versions.node,
    takenPorts: ports.filter((_, i) => taken[i] === true),
  }
}

async function isFolder(folder: string): Promise<boolean> {
  return await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

async function tryAccess(folder: string): Promise<Pick<FolderFigures, 'access' | 'accessProblem'>> {
  try {
    const held = await openDataFolder(folder, 0)
    held.release()
    return { access: 'free', accessProblem: '' }
  } catch (error) {
    const isLocked = error instanceof AftergreenError && error.code === 'DATA_FOLDER_LOCKED'
    return { access: isLocked ? 'locked' : 'unusable', accessProblem: textOf(error) }
  }
}

async function diskOf(folder: string): Promise<FolderFigures['disk']> {
  try {
    const { bsize, blocks, bavail } = await statfs(folder)
    return { total: bsize * blocks, free: bsize * bavail }
  } catch {
    return null
  }
}

async function filesIn(folder: string, suffix: string): Promise<{ files: number; bytes: number }> {
  const names = await readdir(folder).catch((): string[] => [])
  let bytes = 0
  let files = 0
  for (const name of names.filter((name) => name.endsWith(suffix))) {
    const found = await stat(path.join(folder, name)).catch(() => null)
    if (found === null) continue
    files++
    bytes += found.size
  }
  return { files, bytes }
}

function engineProblem(): string {
  try {
    libraryPath(currentPlatform())
    return ''
  } catch (error) {
    return textOf(error)
  }
}

async function isTaken(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(true))
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(false)))
  })
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
