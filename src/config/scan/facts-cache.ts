/** Facts kept between runs, by the content of files: facts hold what is written in source, and no values of keys. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { FileFacts } from './file-facts.ts'

/** What of a file's state changes with its content: a file whose state is known is not read again. */
export interface FileState {
  size: number
  mtimeMs: number
  ctimeMs: number
}

export interface FactsCache {
  /** Name of the facts of a file in that state; '' = it says nothing; undefined = not known. */
  nameOf(path: string, state: FileState): string | undefined
  remember(path: string, state: FileState, name: string): void
  get(name: string): FileFacts | undefined
  put(name: string, facts: FileFacts): void
  /** Keeps what was asked for or put in since it was opened; a folder that cannot be written is no failure. */
  save(): Promise<void>
}

/** Raised when the form of facts changes. */
const format = 3
/** Milliseconds: a file that changed this short before the scan may change again within the clock's grain. */
const settled = 2000
const maximumBytes = 200_000_000

/** Below the user's folder for caches. */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const base = environment['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  return join(base, 'aftergreen', 'config-scan')
}

/** Name of a file's facts: they depend on the text, the path and the collector alone. */
export function factsName(path: string, text: string, language: string, version: number): string {
  return createHash('sha256')
    .update(`${language}\0${version}\0${path}\0`)
    .update(text)
    .digest('base64url')
    .slice(0, 24)
}

type KeptFile = [path: string, size: number, mtimeMs: number, ctimeMs: number, name: string]

interface Kept {
  facts: Map<string, FileFacts>
  files: Map<string, KeptFile>
}

/**
 * One file a repository; a file that cannot be read or is of another form counts as empty. `signature`: what else the
 * facts depend on; where it differs, every file is read again.
 */
export async function openFactsCache(
  folder: string,
  root: string,
  signature: string,
): Promise<FactsCache> {
  const opened = Date.now()
  const name = createHash('sha256').update(resolve(root)).digest('hex').slice(0, 24)
  const path = join(folder, `${name}.json`)
  const { facts: before, files: filesBefore } = await load(path, signature)
  const now = new Map<string, FileFacts>()
  const files: KeptFile[] = []
  let changed = false
  return {
    nameOf(file, { size, mtimeMs, ctimeMs }) {
      const kept = filesBefore.get(file)
      if (kept === undefined) return undefined
      const [, keptSize, keptMtime, keptCtime, facts] = kept
      if (keptSize !== size || keptMtime !== mtimeMs || keptCtime !== ctimeMs) return undefined
      files.push(kept)
      return facts
    },
    remember(file, { size, mtimeMs, ctimeMs }, facts) {
      if (Math.max(mtimeMs, ctimeMs) > opened - settled) return
      files.push([file, size, mtimeMs, ctimeMs, facts])
      changed = true
    },
    get(key) {
      const facts = before.get(key)
      if (facts !== undefined) now.set(key, facts)
      return facts
    },
    put(key, facts) {
      now.set(key, facts)
      changed = true
    },
    async save() {
      if (!changed && now.size === before.size && files.length === filesBefore.size) return
      const temporary = join(folder, `${name}.${randomUUID()}`)
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await writeFile(temporary, JSON.stringify({ format, signature, facts: [...now], files }), {
          mode: 0o600,
        })
        await rename(temporary, path)
      } catch {
        await rm(temporary, { force: true }).catch(() => {})
      }
    },
  }
}

async function load(path: string, signature: string): Promise<Kept> {
  const nothing: Kept = { facts: new Map(), files: new Map() }
  try {
    if ((await stat(path)).size > maximumBytes) return nothing
    const kept: {
      format: number
      signature: string
      facts: [string, FileFacts][]
      files: KeptFile[]
    } = JSON.parse(await readFile(path, 'utf8'))
    const sound = kept.format === format && kept.facts.every(([, it]) => Array.isArray(it.unparsed))
    if (!sound) return nothing
    const files = kept.signature === signature ? kept.files : []
    return { facts: new Map(kept.facts), files: new Map(files.map((it) => [it[0], it])) }
  } catch {
    return nothing
  }
}
