import { changedInputs } from '../../config/snapshot/changed-inputs.ts'
import type { ChangedInput, ChangedInputs } from '../../config/snapshot/changed-inputs.ts'
import type { ConfigSnapshot } from '../../config/snapshot/config-snapshot.ts'
import type { ReleaseConfiguration } from './release-configuration.ts'

/** What a release changed of its configuration, whole; `shownConfiguration` is what a verdict tells of it. */
export interface ReleaseChanges extends Pick<
  ReleaseConfiguration,
  'takenAt' | 'comparedWith' | 'problem'
> {
  /** `at`: since when it has been so, ISO 8601. */
  changed: (ChangedInput & { at: string })[]
  unseen: ChangedInputs['unseen']
  sentence: string
  /** Places of its files that could not be read. */
  unread: number
}

/** A snapshot, and when it counts from: ISO 8601. */
export interface DatedSnapshot {
  snapshot: ConfigSnapshot
  at: string
}

/** In a verdict; the rest is counted. */
const mostShown = 50
const order = ['common-mode', 'latent', 'canary-visible'] as const

/**
 * What changed from `before` to the last of a release's own snapshots. Pure.
 *
 * @param own oldest first, at least one, all comparable with `before`
 */
export function releaseChanges(
  own: readonly DatedSnapshot[],
  before: { snapshot: ConfigSnapshot; of: NonNullable<ReleaseConfiguration['comparedWith']> },
): ReleaseChanges {
  const last = own.at(-1)!
  const { changed, unseen, sentence } = changedInputs(before.snapshot, last.snapshot)
  const states = own.map(({ snapshot, at }) => ({ states: statesOf(snapshot), at }))
  const since = ({ component, key }: ChangedInput): string => {
    const name = `${component}\0${key}`
    const now = states.at(-1)!.states.get(name)
    const other = states.findLastIndex((it) => it.states.get(name) !== now)
    return states[other + 1]!.at
  }
  return {
    takenAt: last.at,
    comparedWith: before.of,
    problem: null,
    changed: changed.map((it) => ({ ...it, at: since(it) })),
    unseen,
    sentence,
    unread: last.snapshot.unread.length,
  }
}

/** Nothing could be compared: `problem` says why, in one sentence. */
export function noChanges(last: DatedSnapshot, problem: string): ReleaseChanges {
  return {
    takenAt: last.at,
    comparedWith: null,
    problem,
    changed: [],
    unseen: [],
    sentence: 'What changed is not known',
    unread: last.snapshot.unread.length,
  }
}

/** The part that a verdict holds: what a comparison of canary and baseline could not show comes first. */
export function shownConfiguration(changes: ReleaseChanges): ReleaseConfiguration {
  const { takenAt, comparedWith, problem, changed, unseen, sentence, unread } = changes
  const sorted = order.flatMap((wanted) => changed.filter((it) => it.class === wanted))
  return {
    sentence,
    takenAt,
    comparedWith,
    problem,
    changed: sorted.slice(0, mostShown),
    changes: changed.length,
    unseen: unseen.length,
    unread,
  }
}

function statesOf({ inputs }: ConfigSnapshot): ReadonlyMap<string, string> {
  const states = new Map<string, string>()
  for (const { component, key, phase, state, fingerprint } of inputs) {
    if (state === 'unset') continue
    const name = `${component}\0${key}`
    states.set(name, `${states.get(name) ?? ''}${phase} ${fingerprint};`)
  }
  return states
}
