/** Facts kept between runs, by the content of files: facts hold what is written in source, and no values of keys. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { FileFacts } from './file-facts.ts'

export interface FactsCache {
  get(name: string): FileFacts | undefined
  put(name: string, facts: FileFacts): void
  /** Keeps what was asked for or put in since it was opened; a folder that cannot be written is no failure. */
  save(): Promise<void>
}

/** Raised when the form of facts changes. */
const format = 2
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

/** One file a repository; a file that cannot be read or is of another form counts as empty. */
export async function openFactsCache(folder: string, root: string): Promise<FactsCache> {
  const name = createHash('sha256').update(resolve(root)).digest('hex').slice(0, 24)
  const path = join(folder, `${name}.json`)
  const before = await load(path)
  const now = new Map<string, FileFacts>()
  let changed = false
  return {
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
      if (!changed && now.size === before.size) return
      const temporary = join(folder, `${name}.${randomUUID()}`)
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await writeFile(temporary, JSON.stringify({ format, facts: [...now] }), { mode: 0o600 })
        await rename(temporary, path)
      } catch {
        await rm(temporary, { force: true }).catch(() => {})
      }
    },
  }
}

async function load(path: string): Promise<Map<string, FileFacts>> {
  try {
    if ((await stat(path)).size > maximumBytes) return new Map()
    const kept: { format: number; facts: [string, FileFacts][] } = JSON.parse(
      await readFile(path, 'utf8'),
    )
    const sound = kept.format === format && kept.facts.every(([, it]) => Array.isArray(it.unparsed))
    return sound ? new Map(kept.facts) : new Map()
  } catch {
    return new Map()
  }
}
