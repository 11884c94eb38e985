/** What became of mutants in earlier runs, so that a run that was stopped goes on where it was. Holds no value of any key. */
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto'
import { appendFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Killer } from './mutant.ts'
import { killers } from './mutant.ts'

/** Results that another run would give again. */
export interface KeptResult {
  outcome: 'noticed' | 'survived'
  killer?: Killer
  detail: string
  runs: number
  seconds: number
}

export interface MutationCache {
  /** Random, of this cache alone: names and ids hold values only as fingerprints under it. */
  secret: Uint8Array
  /** Name of a result: all that it depends on. */
  nameOf(parts: readonly unknown[]): string
  get(name: string): KeptResult | undefined
  /** On disk when it returns; a folder that cannot be written is no failure. */
  put(name: string, result: KeptResult): Promise<void>
  /** It was not true. */
  forget(name: string): Promise<void>
}

const format = 1
const mostResults = 100_000
const maximumBytes = 100_000_000

/**
 * One file a repository, a line a result, each written at once: what was killed in the middle of a line loses that line
 * alone. Without a folder nothing is kept. `fresh`: what was kept is not used.
 */
export async function openMutationCache(
  folder: string | undefined,
  root: string,
  { fresh = false } = {},
): Promise<MutationCache> {
  const name = createHash('sha256').update(resolve(root)).digest('hex').slice(0, 24)
  const path = folder === undefined ? undefined : join(folder, `mutants-${name}.jsonl`)
  const kept = path === undefined ? undefined : await load(path)
  const secret = kept?.secret ?? randomBytes(32)
  const results = kept?.results ?? new Map<string, KeptResult>()
  let writable = path !== undefined
  if (path !== undefined && (kept === undefined || kept.lines > 2 * mostResults)) {
    writable = await writeWhole(path, secret, [...results].slice(-mostResults))
  }
  const append = async (line: readonly [string, KeptResult | null]): Promise<void> => {
    if (path === undefined || !writable) return
    // a line break before it: the line that another run was writing when it was killed does not swallow this one
    await appendFile(path, `\n${JSON.stringify(line)}`, { mode: 0o600 }).catch(() => {
      writable = false
    })
  }
  return {
    secret,
    nameOf: (parts) =>
      createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url').slice(0, 24),
    get: (key) => (fresh ? undefined : results.get(key)),
    async put(key, result) {
      results.set(key, result)
      await append([key, result])
    },
    async forget(key) {
      results.delete(key)
      await append([key, null])
    },
  }
}

async function writeWhole(
  path: string,
  secret: Uint8Array,
  results: readonly (readonly [string, KeptResult])[],
): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}`
  const head = { format, secret: Buffer.from(secret).toString('hex') }
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const lines = [head, ...results].map((line) => JSON.stringify(line))
    await writeFile(temporary, lines.join('\n'), { mode: 0o600 })
    await rename(temporary, path)
    return true
  } catch {
    await rm(temporary, { force: true }).catch(() => {})
    return false
  }
}

async function load(
  path: string,
): Promise<{ secret: Uint8Array; results: Map<string, KeptResult>; lines: number } | undefined> {
  try {
    if ((await stat(path)).size > maximumBytes) return undefined
    const [head, ...lines] = (await readFile(path, 'utf8')).split('\n')
    const told: { format?: unknown; secret?: unknown } = JSON.parse(head ?? '')
    if (told.format !== format || typeof told.secret !== 'string') return undefined
    const secret = Buffer.from(told.secret, 'hex')
    if (secret.length !== 32) return undefined
    const results = new Map<string, KeptResult>()
    for (const line of lines) {
      const entry = entryOf(line)
      if (entry === undefined) continue
      const [key, result] = entry
      if (result === null) results.delete(key)
      else results.set(key, result)
    }
    return { secret, results, lines: lines.length }
  } catch {
    return undefined
  }
}

function entryOf(line: string): [string, KeptResult | null] | undefined {
  let told: unknown
  try {
    told = JSON.parse(line)
  } catch {
    return undefined
  }
  const [name, result] = (Array.isArray(told) ? told : []) as unknown[]
  if (typeof name === 'string' && result === null) return [name, null]
  if (typeof name !== 'string' || typeof result !== 'object' || result === null) return undefined
  const { outcome, killer, detail, runs, seconds } = result as Record<string, unknown>
  const known = killers.find((it) => it === killer)
  if (outcome !== 'noticed' && outcome !== 'survived') return undefined
  if ((outcome === 'noticed') !== (known !== undefined) || typeof detail !== 'string') {
    return undefined
  }
  if (typeof runs !== 'number' || typeof seconds !== 'number') return undefined
  return [
    name,
    { outcome, ...(known === undefined ? {} : { killer: known }), detail, runs, seconds },
  ]
}
