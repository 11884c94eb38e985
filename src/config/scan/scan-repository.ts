import { lstatSync, type Stats } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { KeyRead, Residual, UnparsedFile } from '../key-read.ts'
import { componentsOf } from '../repository/component-of.ts'
import { contractAccessors } from '../repository/contract-accessors.ts'
import { phaseOf } from '../repository/phase-of.ts'
import { readSource } from '../repository/read-source.ts'
import { scriptLanguage } from '../repository/script-language.ts'
import { walkRepository } from '../repository/walk-repository.ts'
import type { Collector } from './collector.ts'
import { factsName, openFactsCache } from './facts-cache.ts'
import { startFacts } from './facts-threads.ts'
import type { FileFacts } from './file-facts.ts'
import { collectors } from './languages/collectors.ts'
import { linkFacts } from './link-facts.ts'
import { isManifest, readManifests } from './read-manifests.ts'
import type { NamedAccessor } from './scan-input.ts'

export interface ScanOptions {
  /** Folder where facts are kept between runs; left out = they are not. */
  cache?: string
  /** At least 1; left out = as many as the machine has, at most 4. */
  threads?: number
  /** Functions that look keys up, as they are called; left out = those that the repository's contract names. */
  accessors?: readonly NamedAccessor[]
}

export interface RepositoryScan {
  /** In order of file, line and key; each read told once. */
  reads: KeyRead[]
  residual: Residual
  /** Every file that is neither ignored nor installed, whether it was looked at or not. */
  files: readonly string[]
  /** Files of a language that the scanner knows. */
  sources: number
  /** Of these, whose facts were kept from an earlier run. */
  fromCache: number
  /** Folders of packages, modules and images that hold sources. */
  components: readonly string[]
}

/**
 * Finds every key that the code of a repository reads. Nothing of it is executed, and no symbolic link is followed. What
 * cannot be read or parsed is told in `residual.unparsed`; no file makes the scan fail.
 */
export async function scanRepository(
  root: string,
  options: ScanOptions = {},
): Promise<RepositoryScan> {
  const { files, problems } = await walkRepository(root)
  const unparsed: UnparsedFile[] = problems.map(({ file, reason }) => ({
    location: { file, line: 1 },
    reason,
  }))
  const manifests = new Map<string, string>()
  const sources = new Map<number, Collector>()
  const facts = new Map<string, FileFacts>()
  const names = new Map<number, string>()
  const accessors = options.accessors ?? (await contractAccessors(root))
  const called = accessors.map(({ name }) => name.split(/\.|::|->/).at(-1)!)
  const signature = JSON.stringify([collectors.map((it) => [it.language, it.version]), called])
  const cache =
    options.cache === undefined ? undefined : await openFactsCache(options.cache, root, signature)
  let fromCache = 0
  const run = startFacts(
    options.threads ?? Math.min(4, availableParallelism()),
    (index, found) => {
      facts.set(files[index]!, found)
      cache?.put(names.get(index)!, found)
    },
    (index) => {
      const location = { file: files[index]!, line: 1 }
      unparsed.push({ location, reason: 'The file takes too long to understand.' })
    },
  )

  async function take(index: number): Promise<void> {
    const path = files[index]!
    let place = collectors.findIndex((it) => it.takes(path))
    if (place < 0) {
      const language = await scriptLanguage(root, path)
      if (language !== undefined) place = collectors.findIndex((it) => it.language === language)
    }
    const manifest = isManifest(path)
    if (place < 0 && !manifest) return
    const state = cache === undefined || manifest ? undefined : stateOf(join(root, path))
    const seen = state && cache?.nameOf(path, state)
    const known = seen === undefined ? undefined : cache?.get(seen)
    if (seen === '' || known !== undefined) {
      sources.set(index, collectors[place]!)
      if (known === undefined) return
      facts.set(path, known)
      fromCache++
      return
    }
    const source = await readSource(root, path)
    if (manifest && 'text' in source) manifests.set(path, source.text)
    if (place < 0) return
    const collector = collectors[place]!
    sources.set(index, collector)
    if ('unread' in source)
      unparsed.push({ location: { file: path, line: 1 }, reason: source.unread })
    if (!('text' in source)) return
    if (!collector.mayMatter(source.text) && !called.some((it) => source.text.includes(it))) {
      if (state !== undefined) cache?.remember(path, state, '')
      return
    }
    if (isMinified(source.text)) {
      if (namesEnvironment.test(source.text))
        unparsed.push({
          location: { file: path, line: 1 },
          reason:
            'The file was made by a tool (minified) and is not read; it names the environment.',
        })
      return
    }
    const name = factsName(path, source.text, collector.language, collector.version)
    if (state !== undefined) cache?.remember(path, state, name)
    const kept = cache?.get(name)
    if (kept !== undefined) {
      facts.set(path, kept)
      fromCache++
      return
    }
    names.set(index, name)
    await run.give({ index, collector: place, path, text: source.text })
  }

  // a few files are read at a time: more would only fill the memory
  let next = 0
  const reader = async (): Promise<void> => {
    while (next < files.length) await take(next++)
  }
  await Promise.all(Array.from({ length: 8 }, reader))
  await run.end()
  await cache?.save()
  const inOrder = new Map([...facts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const { reads, residual } = linkFacts({
    facts: inOrder,
    files,
    manifests: readManifests(manifests),
    accessors,
  })
  const componentOf = componentsOf(files)
  const components = new Set<string>()
  for (const index of sources.keys()) {
    const path = files[index]!
    if (phaseOf(path) !== 'test') components.add(componentOf(path))
  }
  return {
    reads,
    residual: { ...residual, unparsed: [...unparsed, ...residual.unparsed] },
    files,
    sources: sources.size,
    fromCache,
    components: [...components].toSorted(),
  }
}

/** At once, because to wait for each of ten thousand files takes longer than to look at it. */
function stateOf(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}

/** Bundles hold `process.env.NODE_ENV` of every library: that alone says nothing. */
const namesEnvironment =
  /\bprocess\.env\.(?!NODE_ENV\b|NODE_DEBUG\b)[A-Z_]\w*|\bimport\.meta\.env\.(?!MODE\b|DEV\b|PROD\b|SSR\b)[A-Z]|\bos\.environ\b/

/** Made by a tool, not written: lines are thousands of characters long. */
function isMinified(text: string): boolean {
  if (text.length < 20_000) return false
  const lines = text.slice(0, 200_000).split('\n')
  return Math.min(text.length, 200_000) / lines.length > 1000
}
