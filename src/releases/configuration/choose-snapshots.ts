import type { AttachedSnapshot } from '../ledger/ledger.ts'
import type { Release } from '../release.ts'

export interface ChosenSnapshots {
  /** Of the release, comparable with its last one, oldest first; the last is the one in force. */
  own: AttachedSnapshot[]
  /** Earlier snapshots that the last one may be held against, the best first. */
  before: AttachedSnapshot[]
  /** Earlier ones exist, but made with another secret or of another environment. */
  incomparable: boolean
}

/** Of one release, so many of its last ones are looked at. */
const mostOwn = 10

/**
 * Which snapshots tell what a release changed: its last one against the last one of an earlier release of the service,
 * else against its own first one, else against earlier ones of other services in that environment. Pure.
 *
 * @param attached those of the release's environment, in any order
 * @returns null where the release has none
 */
export function chooseSnapshots(
  attached: readonly AttachedSnapshot[],
  release: Release,
  releases: readonly Release[],
): ChosenSnapshots | null {
  const sorted = attached.toSorted(
    (a, b) => Date.parse(a.takenAt) - Date.parse(b.takenAt) || a.sequence - b.sequence,
  )
  const mine = sorted.filter(({ releaseId }) => releaseId === release.id)
  const last = mine.at(-1)
  if (last === undefined) return null
  const isComparable = (one: AttachedSnapshot): boolean =>
    one.keyId === last.keyId && one.configEnvironment === last.configEnvironment
  const own = mine.filter(isComparable)
  const first = own[0]!
  const startedAt = new Map(releases.map(({ id, startedAt: at }) => [id, Date.parse(at)]))
  const isEarlier = (one: AttachedSnapshot): boolean =>
    one.releaseId !== release.id &&
    Date.parse(one.takenAt) <= Date.parse(first.takenAt) &&
    (startedAt.get(one.releaseId) ?? -Infinity) <= Date.parse(release.startedAt)
  const earlier = sorted.filter(isEarlier).toReversed()
  const sameService = earlier.filter(({ service }) => service === release.service)
  const others = earlier.filter(({ service }) => service !== release.service)
  return {
    own: own.slice(-mostOwn),
    before: [
      ...sameService.filter(isComparable).slice(0, 1),
      ...(own.length > 1 ? [first] : []),
      ...others.filter(isComparable).slice(0, 3),
    ],
    incomparable:
      !sameService.some(isComparable) && (sameService.length > 0 || mine.length > own.length),
  }
}
