/** Where code came from, when it moved between files. */
import type { HistoryCommit, PlaceRecord } from './history.ts'
import { readBlobs } from './read-blobs.ts'
import type { ReaderCode } from './reader-code.ts'
import { readerFacts } from './reader-code.ts'

const mostFilesOfCommit = 100
const mostVersions = 5000

/** These files, and the names that git takes for their earlier ones. */
export function olderNames(
  commits: readonly HistoryCommit[],
  files: readonly string[],
): Set<string> {
  const names = new Set(files)
  for (const { changes } of commits.toReversed()) {
    for (const { path, from } of changes) if (from !== undefined && names.has(path)) names.add(from)
  }
  return names
}

/** Files that held code before the very commit that brought it, as it is, to where it stands. */
export async function movedFrom(
  root: string,
  commits: readonly HistoryCommit[],
  records: readonly PlaceRecord[],
  codes: ReadonlyMap<string, readonly ReaderCode[]>,
  followed: ReadonlySet<string>,
  stop: () => boolean,
): Promise<string[]> {
  const moments = new Set<number>()
  for (const { events } of records) {
    const [first] = events
    if (first !== undefined && first.print >= '1' && !first.bounded) moments.add(first.commit)
  }
  const pathOf = new Map<string, string>()
  for (const moment of [...moments].toSorted((a, b) => b - a)) {
    const { changes } = commits[moment]!
    const others = changes.filter(({ path, before }) => before !== undefined && !followed.has(path))
    if (others.length > mostFilesOfCommit || pathOf.size > mostVersions) continue
    for (const { path, before } of others) pathOf.set(before!, path)
  }
  const found = new Set<string>()
  await readBlobs(root, [...pathOf.keys()], (blob, text) => {
    const facts = text === undefined ? new Map<string, string>() : readerFacts(text, codes)
    if ([...facts.values()].some((share) => share >= '1')) found.add(pathOf.get(blob)!)
    return !stop()
  })
  return [...found]
}
