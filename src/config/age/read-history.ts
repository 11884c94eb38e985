import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AftergreenError } from '../../errors.ts'
import { askGit, endOf, startGit } from './git-process.ts'
import type { FileChange, HistoryCommit } from './history.ts'

export interface ReadHistory {
  /** Parents before children; the last one is what is checked out. */
  commits: HistoryCommit[]
  /** The clone does not hold everything that came before. */
  shallow: boolean
  /** The history is longer than what is read of it. */
  cut: boolean
}

export interface HistoryOptions {
  /** Files whose changes are wanted. An older name of such a file is wanted too. */
  wants: (path: string) => boolean
  /** Most commits that are read, the newest first. */
  mostCommits: number
  /** True = stop reading: what was read so far is told, with `cut`. */
  stop: () => boolean
  progress?: (commits: number) => void
}

const mostChanges = 2_000_000

/**
 * Every commit that led to what is checked out in `folder`, with its changes below that folder. A merge is compared with
 * its first parent.
 *
 * @throws CONFIG_HISTORY where there is no git, no repository, or no commit.
 */
export async function readHistory(folder: string, options: HistoryOptions): Promise<ReadHistory> {
  if ((await askGit(folder, ['rev-parse', '--git-dir'])) === undefined) {
    throw new AftergreenError('CONFIG_HISTORY', `${folder} is not in a git repository.`, {
      hint: 'The age of a value is read from the history: run the command in a clone.',
    })
  }
  if ((await askGit(folder, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])) === undefined) {
    throw new AftergreenError('CONFIG_HISTORY', 'The repository has no commit yet.', {
      hint: 'The age of a value is read from the history: commit something first.',
    })
  }
  const grafted = await shallowCommits(folder)
  const format = '--format=%x01%H%x00%P%x00%ct'
  // renames of equal content alone: others would read every file, which a partial clone does not hold
  const git = startGit(folder, [
    'log', 'HEAD', '--raw', '-z', '--no-abbrev', '--diff-merges=first-parent', '--topo-order', '--root', '-M100%',
    '--relative', '--no-ext-diff', '--no-textconv', '--no-color', '--no-show-signature', '--no-notes', '--encoding=UTF-8',
    `--max-count=${options.mostCommits + 1}`, format,
  ]) // prettier-ignore
  const ended = endOf(git)
  git.stdin.end()
  const log = new LogReader(options.wants)
  let cut = false
  let rest = ''
  for await (const part of git.stdout.setEncoding('utf8')) {
    const tokens = (rest + String(part)).split('\0')
    rest = tokens.pop() ?? ''
    for (const token of tokens) log.take(token)
    options.progress?.(log.raw.length)
    if (options.stop() || log.changes > mostChanges || rest.length > 1_000_000) {
      cut = true
      git.kill()
      break
    }
  }
  if (rest !== '' && !cut) log.take(rest)
  const { code } = await ended
  if (code !== 0 && !cut) {
    if (log.raw.length === 0) {
      throw new AftergreenError(
        'CONFIG_HISTORY',
        'Git cannot read the history of this repository.',
        {
          hint: 'Try: git log --raw HEAD. A damaged repository is cloned anew.',
        },
      )
    }
    cut = true
  }
  // where reading ended early, the last commit may not be whole
  if (cut) log.raw.pop()
  if (log.raw.length > options.mostCommits) {
    cut = true
    log.raw.length = options.mostCommits
  }
  const commits = inOrder(log.raw, grafted)
  if (cut) await completeEnds(folder, commits, options.wants)
  return { commits, shallow: grafted.size > 0, cut }
}

/** Where the list begins in the middle of the history, its first commits bring everything that lies there then. */
async function completeEnds(
  folder: string,
  commits: HistoryCommit[],
  wants: HistoryOptions['wants'],
): Promise<void> {
  for (const [index, commit] of commits.entries()) {
    if (!commit.bounded || commit.parents.length > 0) continue
    const listing = startGit(folder, ['ls-tree', '-r', '-z', commit.id])
    const ended = endOf(listing)
    listing.stdin.end()
    const changes: FileChange[] = []
    let rest = ''
    for await (const part of listing.stdout.setEncoding('utf8')) {
      const entries = (rest + String(part)).split('\0')
      rest = entries.pop() ?? ''
      for (const entry of entries) {
        const [, blob, path] = /^100\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? []
        if (blob !== undefined && wants(path!)) changes.push({ path: path!, blob })
      }
    }
    await ended
    commits[index] = { ...commit, changes }
  }
}

interface RawCommit {
  id: string
  parents: string[]
  time: number
  changes: FileChange[]
}

/** Takes what stands between the zero bytes of `git log --raw -z`, one by one. */
class LogReader {
  /** Newest first. */
  readonly raw: RawCommit[] = []
  changes = 0
  readonly #wants: (path: string) => boolean
  readonly #wanted = new Map<string, boolean>()
  #head: string[] = []
  #change: { status: string; before: string; blob: string; paths: string[] } | undefined

  constructor(wants: (path: string) => boolean) {
    this.#wants = wants
  }

  take(token: string): void {
    if (this.#change !== undefined) {
      this.#change.paths.push(token)
      if (this.#change.paths.length === (/^[RC]/.test(this.#change.status) ? 2 : 1)) this.#add()
      return
    }
    const text = token.startsWith('\n') ? token.slice(1) : token
    if (this.#head.length > 0) {
      this.#head.push(text)
      if (this.#head.length < 3) return
      const [id = '', parents = '', time = ''] = this.#head
      this.#head = []
      const names = parents.split(' ').filter((name) => name !== '')
      this.raw.push({ id, parents: names, time: Number.parseInt(time, 10) || 0, changes: [] })
    } else if (text.startsWith('\u0001')) this.#head = [text.slice(1)]
    else if (text.startsWith(':')) {
      const [, mode = '', old = '', blob = '', status = ''] = text.slice(1).split(' ')
      // links and submodules hold nothing to read
      const file = mode.startsWith('100') && !/^0+$/.test(blob)
      const before = /^0+$/.test(old) ? '' : old
      this.#change = { status, before, blob: file ? blob : '', paths: [] }
    }
  }

  #add(): void {
    const { status, before, blob, paths } = this.#change!
    this.#change = undefined
    const [first = '', path = first] = paths
    const wanted = this.#isWanted(path)
    const renamed = status.startsWith('R')
    if (wanted && renamed) this.#wanted.set(first, true)
    if (renamed && this.#isWanted(first))
      this.#keep({ path: first, blob: null, ...(before && { before }) })
    if (!wanted) return
    this.#keep({
      path,
      blob: blob === '' ? null : blob,
      ...(before !== '' && first === path && { before }),
      ...(renamed && { from: first }),
    })
  }

  #keep(change: FileChange): void {
    this.changes += 1
    this.raw.at(-1)?.changes.push(change)
  }

  #isWanted(path: string): boolean {
    const known = this.#wanted.get(path)
    if (known !== undefined) return known
    const wanted = path.length <= 4096 && this.#wants(path)
    if (this.#wanted.size < 1_000_000) this.#wanted.set(path, wanted)
    return wanted
  }
}

function inOrder(newestFirst: readonly RawCommit[], grafted: ReadonlySet<string>): HistoryCommit[] {
  const oldestFirst = newestFirst.toReversed()
  const places = new Map(oldestFirst.map(({ id }, index) => [id, index]))
  return oldestFirst.map(({ id, parents, time, changes }) => {
    const known = parents.map((parent) => places.get(parent))
    // without its first parent, a commit stands by itself
    const alone = parents.length > 0 && known[0] === undefined
    const bounded = grafted.has(id) || alone
    return {
      id,
      parents: alone ? [] : known.filter((it) => it !== undefined),
      time,
      bounded,
      changes,
    }
  })
}

async function shallowCommits(folder: string): Promise<Set<string>> {
  const path = (await askGit(folder, ['rev-parse', '--git-path', 'shallow']))?.trim()
  if (path === undefined || path === '') return new Set()
  const text = await readFile(resolve(folder, path), 'utf8').catch(() => '')
  return new Set(text.split('\n').filter((line) => line !== ''))
}
