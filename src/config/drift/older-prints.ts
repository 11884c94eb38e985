import type { Binding } from '../binding.ts'
import { readBlobs } from '../age/read-blobs.ts'
import { readHistory } from '../age/read-history.ts'
import type { HistoryCommit } from '../age/history.ts'
import { effectiveBindings } from '../readers/effective-bindings.ts'
import { readEnvironment } from '../readers/read-environment.ts'
import type { EnvironmentPlan, LoadedEnvironment } from '../repository/load-environments.ts'
import type { ConfigSnapshot } from '../snapshot/config-snapshot.ts'
import type { OlderPrint, OlderPrints } from './config-drift.ts'
import { bindingPrint } from './declared-prints.ts'

/** States of an environment's files that are looked into, the newest first. */
const mostStates = 200
const mostCommits = 50_000

export interface OlderInput {
  root: string
  plan: EnvironmentPlan
  now: Pick<LoadedEnvironment, 'bindings' | 'files'>
  secret: Uint8Array
  /** True = stop reading the history. */
  stop: () => boolean
  /** Is told each binding of each state, the newest state first; the state of now may be the first. */
  onBinding?: (binding: Binding) => void
}

export interface OlderRead {
  older: OlderPrints
  /** Earlier states of the files that were looked into. */
  states: number
  /** The history goes on further back than was looked. */
  cut: boolean
}

/**
 * What the files of an environment said before, from the history of the repository: all of them together as each commit
 * left them, so that a value in one file and the manifest that hands it over in another are read as one.
 *
 * @throws CONFIG_HISTORY where there is no git, no repository, or no commit.
 */
export async function olderPrints(input: OlderInput): Promise<OlderRead> {
  const { root, plan, now, secret, stop } = input
  // a base that nothing is laid over is no part of the environment
  const planned = plan.files.filter(
    ({ path, base }) => base !== true || now.files.some((file) => file.path === path),
  )
  const paths = new Set([...planned, ...now.files].map(({ path }) => path))
  const wants = (path: string): boolean => paths.has(path)
  const { commits, cut, shallow } = await readHistory(root, { wants, mostCommits, stop })
  const states = statesOf(commits)
  const looked = states.slice(0, mostStates)
  const texts = new Map<string, string>()
  const blobs = [...new Set(looked.flatMap(({ files }) => [...files.values()]))]
  await readBlobs(root, blobs, (blob, text) => {
    if (text !== undefined) texts.set(blob, text)
    return !stop()
  })
  const older = new Map<string, OlderPrint[]>()
  const known = new Set(now.bindings.map(({ key }) => key))
  let done = 0
  for (const { files, commit, until } of looked) {
    if (stop()) break
    done += 1
    const textOf = (path: string): string | undefined => texts.get(files.get(path) ?? '')
    const given = planned.flatMap(({ path, as, dialects }) => {
      const text = textOf(path)
      const told = as ?? dialects?.[0]
      return text === undefined ? [] : [{ path, text, ...(told === undefined ? {} : { as: told }) }]
    })
    const then = readEnvironment(given, plan.name, textOf)
    const bindings = effectiveBindings(then.bindings).filter(({ phase }) => phase === 'run')
    const where = `commit ${commit.slice(0, 9)}`
    const at = until === undefined ? {} : { until }
    const held = new Set<string>()
    for (const binding of bindings) {
      input.onBinding?.(binding)
      held.add(binding.key)
      const fingerprint = bindingPrint(binding, secret)
      if (fingerprint !== undefined) add(older, binding.key, { fingerprint, where, ...at })
    }
    // only where all of them could be read is a key known not to have been there
    if (then.unread.length > 0) continue
    for (const key of known)
      if (!held.has(key)) add(older, key, { fingerprint: null, where, ...at })
  }
  return { older, states: done, cut: cut || shallow || states.length > done }
}

/** What earlier snapshots of the environment, made with the same secret, say was declared. */
export function printsOfSnapshots(snapshots: readonly ConfigSnapshot[]): OlderPrints {
  const older = new Map<string, OlderPrint[]>()
  for (const { inputs, takenAt } of snapshots.toSorted((a, b) =>
    a.takenAt < b.takenAt ? 1 : -1,
  )) {
    const where = `snapshot of ${takenAt.slice(0, 16).replace('T', ' ')}`
    for (const { key, state, fingerprint } of inputs) {
      if (state === 'set' || state === 'empty') add(older, key, { fingerprint, where })
    }
  }
  return older
}

/** The first named are the newer ones. */
export function mergeOlder(...all: readonly OlderPrints[]): OlderPrints {
  const merged = new Map<string, OlderPrint[]>()
  for (const older of all) {
    for (const [key, prints] of older) for (const print of prints) add(merged, key, print)
  }
  return merged
}

function add(older: Map<string, OlderPrint[]>, key: string, print: OlderPrint): void {
  const prints = older.get(key)
  if (prints === undefined) older.set(key, [print])
  else if (!prints.some(({ fingerprint }) => fingerprint === print.fingerprint)) prints.push(print)
}

interface State {
  /** Blob by path. */
  files: ReadonlyMap<string, string>
  /** The commit that made it so. */
  commit: string
  /** When a later commit changed it. */
  until?: string
}

/** What the files were after each commit that changed one of them; the newest first. */
function statesOf(commits: readonly HistoryCommit[]): State[] {
  const after: ReadonlyMap<string, string>[] = []
  const states: State[] = []
  for (const [index, { id, parents, changes, time }] of commits.entries()) {
    const before = parents[0] === undefined ? new Map<string, string>() : after[parents[0]]!
    if (changes.length === 0) {
      after[index] = before
      continue
    }
    const files = new Map(before)
    for (const { path, blob } of changes) {
      if (blob === null) files.delete(path)
      else files.set(path, blob)
    }
    after[index] = files
    const last = states.at(-1)
    if (last !== undefined) last.until = new Date(time * 1000).toISOString()
    states.push({ files, commit: id })
  }
  return states.toReversed()
}
