import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { NotAnalysed } from '../config-report.ts'
import type { ConfigContract } from '../contract/config-contract.ts'
import type { KeyRead } from '../key-read.ts'
import { declarationsIn } from '../declarations/declarations-in.ts'
import { readSource } from '../repository/read-source.ts'
import type { FileChange, HistoryCommit, PlaceRecord } from './history.ts'
import { keyAges, readerName } from './key-age.ts'
import type { KeyAge } from './key-age.ts'
import type { ReaderCode } from './reader-code.ts'
import { readerCode, readerFacts } from './reader-code.ts'
import { readHistory } from './read-history.ts'
import { movedFrom, olderNames } from './follow-moves.ts'
import { tracePlaces } from './trace-places.ts'
import type { ToldFile, ValueContext } from './value-facts.ts'
import { mayHoldValues, valueFacts } from './value-facts.ts'
import { readVersions } from './read-versions.ts'
import type { VersionReader } from './read-versions.ts'

export interface AgeOptions {
  /** What the scanner found; templates are left out of the answer. */
  reads: readonly KeyRead[]
  /** Every file of the repository that is neither ignored nor installed. */
  files: readonly string[]
  contract?: ConfigContract | undefined
  /** Seconds since 1970: what is not committed yet is of this time. */
  now: number
  /** Milliseconds that the list of commits may take, and again that reading old versions may. */
  budgetMs: number
  mostCommits?: number
  progress?: (text: string) => void
}

export interface AgesMeasured {
  ages: KeyAge[]
  notAnalysed: NotAnalysed[]
  commits: number
  /** Versions of files that were looked into. */
  versions: number
  /** The day the history begins, where it does not go back to the first commit; else null. */
  historyFrom: string | null
}

/**
 * How old the value of each key is, from the history of the repository at `root` (a folder in a clone): each version of
 * each file that declares or sets keys is read as what it is, and values are compared by what they mean. No value leaves:
 * versions are compared by keyed prints whose key is random and forgotten.
 *
 * @throws CONFIG_HISTORY where there is no git, no repository or no commit.
 */
export async function measureAges(root: string, options: AgeOptions): Promise<AgesMeasured> {
  const { files, now, contract } = options
  const reads = options.reads.filter(({ template }) => !template)
  let deadline = performance.now() + options.budgetMs
  const over = (): boolean => performance.now() > deadline
  const told = toldFiles(contract)
  const texts = await presentTexts(root, files, told, reads)
  const context: ValueContext = { keys: keysOf(texts, told, reads), told, secret: randomBytes(32) }
  const { codes, placeOf } = readerCodes(reads, texts)
  const sources = new Set(reads.map(({ location }) => extensionOf(location.file)))
  const history = await readHistory(root, {
    wants: (path) => mayHoldValues(path, told) || sources.has(extensionOf(path)),
    mostCommits: options.mostCommits ?? 200_000,
    stop: over,
    progress: (count) => options.progress?.(`Reading the history, ${count} commits`),
  })
  // the list of commits and the versions have as much time each
  deadline = performance.now() + options.budgetMs
  const commits = withPresent(root, history.commits, texts, now)
  const presentText = (blob: string): string | undefined => texts.get(blob.slice(here.length))
  const look = async (
    wants: (path: string) => boolean,
    facts: VersionReader,
    words: string,
  ): Promise<{ records: PlaceRecord[]; looked: number; unread: number; from: number }> => {
    const wanted = commits.map((commit) => ({
      ...commit,
      changes: commit.changes.filter(({ path }) => wants(path)),
    }))
    const versions = await readVersions(root, wanted, {
      facts,
      present: (blob) => (blob.startsWith(here) ? presentText(blob) : undefined),
      stop: over,
      progress: (done, all) => options.progress?.(`${words}, ${done} of ${all} versions`),
    })
    const records = tracePlaces(wanted, versions.factsOf, versions.from)
    return { records, looked: versions.looked, unread: versions.unread, from: versions.from }
  }

  const values = await look(
    (path) => mayHoldValues(path, told),
    (path, text) => valueFacts(path, text, context),
    'Comparing values',
  )
  let followed = olderNames(
    commits,
    reads.map(({ location }) => location.file),
  )
  const findCode: VersionReader = (_, text) => readerFacts(text, codes)
  let readers = await look((path) => followed.has(path), findCode, 'Comparing the code that reads')
  for (let hops = 0; hops < mostHops; hops += 1) {
    const sourcesOf = await movedFrom(root, commits, readers.records, codes, followed, over)
    if (sourcesOf.length === 0) break
    followed = olderNames(commits, [...followed, ...sourcesOf])
    readers = await look((path) => followed.has(path), findCode, 'Comparing the code that reads')
  }
  const standing = new Map<string, PlaceRecord>()
  for (const record of readers.records) standing.set(`${record.path}\0${record.place}`, record)
  const readerRecords = new Map<string, PlaceRecord>()
  for (const read of reads) {
    const place = placeOf.get(readerName(read))
    const record = standing.get(`${read.location.file}\0${place}`)
    if (record !== undefined) readerRecords.set(readerName(read), record)
  }
  const ages = keyAges({ commits, values: values.records, readers: readerRecords, reads })
  const from = Math.max(values.from, readers.from)
  const begin = from > 0 ? from : commits.findIndex(({ bounded }) => bounded)
  const historyFrom =
    begin < 0 ? null : new Date(commits[begin]!.time * 1000).toISOString().slice(0, 10)
  const notAnalysed: NotAnalysed[] = []
  const tell = (id: string, reason: string): void => {
    notAnalysed.push({ kind: 'history', id: `history/${id}`, reason })
  }
  if (history.shallow) {
    tell(
      'shallow',
      `The clone is shallow: nothing before ${historyFrom} is known. Fetch the rest with git fetch --unshallow.`,
    )
  } else if (history.cut || from > 0) {
    tell(
      'cut',
      `The history before ${historyFrom} was not looked into: there was no time or room for it.`,
    )
  }
  if (values.unread + readers.unread > 0) {
    tell(
      'unread',
      `${values.unread + readers.unread} versions of files cannot be read: they are missing, binary or larger than 2 MB.`,
    )
  }
  return {
    ages,
    notAnalysed,
    commits: history.commits.length,
    versions: values.looked + readers.looked,
    historyFrom,
  }
}

/** How many files code is followed through. */
const mostHops = 3

/** Before the path, in the place of an object's name: the file as it lies in the folder. */
const here = 'present:'

/** The files as they lie in the folder come after the last commit: what differs from it is not committed yet. */
function withPresent(
  root: string,
  commits: readonly HistoryCommit[],
  texts: ReadonlyMap<string, string>,
  now: number,
): HistoryCommit[] {
  const changes: FileChange[] = [...texts.keys()].map((path) => ({ path, blob: here + path }))
  const known = new Set(commits.flatMap(({ changes: all }) => all.map(({ path }) => path)))
  for (const path of known) {
    if (!texts.has(path) && !existsSync(join(root, path))) changes.push({ path, blob: null })
  }
  const parents = commits.length === 0 ? [] : [commits.length - 1]
  return [...commits, { id: 'uncommitted', parents, time: now, bounded: false, changes }]
}

async function presentTexts(
  root: string,
  files: readonly string[],
  told: ValueContext['told'],
  reads: readonly KeyRead[],
): Promise<Map<string, string>> {
  const readers = new Set(reads.map(({ location }) => location.file))
  const texts = new Map<string, string>()
  for (const path of files) {
    if (!readers.has(path) && !mayHoldValues(path, told)) continue
    const source = await readSource(root, path)
    if ('text' in source) texts.set(path, source.text)
  }
  return texts
}

/** What code reads, what samples declare, and what an environment sets. */
function keysOf(
  texts: ReadonlyMap<string, string>,
  told: ValueContext['told'],
  reads: readonly KeyRead[],
): Set<string> {
  const keys = new Set(reads.map(({ key }) => key))
  for (const [path, text] of texts) {
    if (!mayHoldValues(path, told)) continue
    for (const { key, kind } of declarationsIn(path, text)) {
      if (kind === 'sample' || kind === 'schema') keys.add(key)
    }
  }
  return keys
}

function readerCodes(
  reads: readonly KeyRead[],
  texts: ReadonlyMap<string, string>,
): { codes: Map<string, ReaderCode[]>; placeOf: Map<string, string> } {
  const codes = new Map<string, ReaderCode[]>()
  const placeOf = new Map<string, string>()
  for (const read of reads) {
    const text = texts.get(read.location.file)
    const name = readerName(read)
    if (text === undefined || placeOf.has(name)) continue
    const code = readerCode(`${placeOf.size}\0`, read.key, text, read.location.line)
    if (code === undefined) continue
    placeOf.set(name, code.place)
    codes.set(code.anchor, [...(codes.get(code.anchor) ?? []), code])
  }
  return { codes, placeOf }
}

function toldFiles(contract: ConfigContract | undefined): Map<string, ToldFile> {
  const told = new Map<string, ToldFile>()
  for (const [environment, { files }] of Object.entries(contract?.environments ?? {})) {
    for (const file of files) {
      const { path, as, dialects } = typeof file === 'string' ? { path: file } : { ...file }
      const how = as ?? dialects?.[0]
      const name = path.replace(/^\.\//, '')
      told.set(name, { environment, ...(how === undefined ? {} : { as: how }) })
    }
  }
  return told
}

const extensionOf = (path: string): string =>
  /\.\w+$/.exec(path)?.[0] ?? path.slice(path.lastIndexOf('/') + 1)
