import type { HistoryCommit, VersionFacts } from './history.ts'
import { readBlobs } from './read-blobs.ts'

export type VersionReader = (path: string, text: string) => VersionFacts

export interface VersionOptions {
  facts: VersionReader
  /** The text of a version that is not in git; undefined = it is. */
  present: (blob: string) => string | undefined
  stop: () => boolean
  progress?: (done: number, all: number) => void
}

export interface VersionsRead {
  /** undefined = the version could not be read. */
  factsOf: (version: { path: string; blob: string }) => VersionFacts | undefined
  /** Commits before this one were not looked into. */
  from: number
  looked: number
  unread: number
}

/** Facts that are held in all: about 300 MB. */
const mostFacts = 3_000_000

/**
 * What each version of each file of these commits says. The newest are read first, so that where time or room runs out
 * it is the oldest part of the history that is missing.
 */
export async function readVersions(
  root: string,
  commits: readonly HistoryCommit[],
  { facts, present, stop, progress }: VersionOptions,
): Promise<VersionsRead> {
  const found = new Map<string, VersionFacts>()
  // by object: the paths that it lies at, and the newest commit that brings it there
  const paths = new Map<string, Set<string>>()
  const newest = new Map<string, number>()
  const shared = new Map<string, VersionFacts>()
  let looked = 0
  let unread = 0
  let held = 0
  const keep = (blob: string, text: string | undefined): void => {
    looked += 1
    if (text === undefined) {
      unread += 1
      return
    }
    for (const path of paths.get(blob) ?? []) {
      const told = facts(path, text)
      // versions that say the same are kept once
      const name = `${path}\0${[...told].flat().join('\0')}`
      const same = shared.get(name)
      if (same === undefined) {
        shared.set(name, told)
        held += told.size + 1
      }
      found.set(nameOf(path, blob), same ?? told)
    }
  }
  for (let index = commits.length - 1; index >= 0; index -= 1) {
    for (const { path, blob } of commits[index]!.changes) {
      if (blob === null) continue
      if (!newest.has(blob)) newest.set(blob, index)
      const known = paths.get(blob)
      if (known === undefined) paths.set(blob, new Set([path]))
      else known.add(path)
    }
  }
  const wanted: string[] = []
  for (const blob of newest.keys()) {
    const text = present(blob)
    if (text === undefined) wanted.push(blob)
    else keep(blob, text)
  }
  let done = 0
  await readBlobs(root, wanted, (blob, text) => {
    keep(blob, text)
    done += 1
    if (done % 100 === 0) progress?.(done, wanted.length)
    return held < mostFacts && (done % 20 !== 0 || !stop())
  })
  let from = 0
  if (done < wanted.length) {
    from = newest.get(wanted[done]!)! + 1
    await readBlobs(root, standingAt(commits, from, found), (blob, text) => {
      keep(blob, text)
      return true
    })
  }
  return {
    factsOf: ({ path, blob }) => found.get(nameOf(path, blob)),
    from,
    looked,
    unread,
  }
}

/** What lay there when the part that is looked into begins. */
function standingAt(
  commits: readonly HistoryCommit[],
  from: number,
  found: ReadonlyMap<string, VersionFacts>,
): string[] {
  const last = new Map<string, string | null>()
  for (const { changes } of commits.slice(0, from)) {
    for (const { path, blob } of changes) last.set(path, blob)
  }
  const blobs = [...last].flatMap(([path, blob]) =>
    blob === null || found.has(nameOf(path, blob)) ? [] : [blob],
  )
  return [...new Set(blobs)]
}

const nameOf = (path: string, blob: string): string => `${path}\0${blob}`
