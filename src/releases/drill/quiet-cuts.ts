/** Which stretches of a service's past can be cut as if a release had begun in them: those in which nothing was released. */

/** What happened in one slot of time. */
export interface Slot {
  requests: number
  /** By version. */
  versions: ReadonlyMap<string, number>
}

export interface Slots {
  /** ms since 1970 */
  from: number
  slotMillis: number
  /** One after the other, without gaps. */
  slots: readonly Slot[]
}

/** A stretch of slots, `until` not included. */
export interface SlotSpan {
  first: number
  until: number
}

/** Shares of versions may move by this from slot to slot by chance, where both have `minRequests`. */
const shareStep = 0.25
const minRequests = 100

/**
 * Stretches without a release: none was recorded in them, no version appears, and the shares of the versions stay as they
 * are (a ramp is a change too).
 * @param starts of releases, ms since 1970
 */
export function quietSpans(
  { from, slotMillis, slots }: Slots,
  starts: readonly number[],
): SlotSpan[] {
  const changed = new Set(starts.map((start) => Math.floor((start - from) / slotMillis)))
  const known = new Set<string>()
  const spans: SlotSpan[] = []
  let first = -1
  let before: Slot | null = null
  for (let i = 0; i <= slots.length; i++) {
    const slot = slots[i]
    const news = slot === undefined ? [] : [...slot.versions.keys()].filter((v) => !known.has(v))
    for (const version of news) known.add(version)
    // the first versions are where history begins
    const isFirst = before === null
    const isBroken =
      slot === undefined ||
      changed.has(i) ||
      (!isFirst && news.length > 0) ||
      (before !== null && slot.requests > 0 && hasMoved(before, slot))
    if (isBroken) {
      if (first >= 0 && i > first) spans.push({ first, until: i })
      first = -1
      // what is new in this slot began somewhere within it
      if (slot !== undefined && slot.requests > 0) before = slot
      continue
    }
    if (slot.requests > 0) {
      if (first < 0) first = i
      before = slot
    }
  }
  return spans
}

function hasMoved(before: Slot, after: Slot): boolean {
  if (before.requests < minRequests || after.requests < minRequests) return false
  return [...new Set([...before.versions.keys(), ...after.versions.keys()])].some((version) => {
    const share = (slot: Slot): number => (slot.versions.get(version) ?? 0) / slot.requests
    return Math.abs(share(after) - share(before)) > shareStep
  })
}

/** Cuts of a length side by side, from the end of each span, that leave `before` quiet slots in front. */
export function cutsIn(spans: readonly SlotSpan[], length: number, before = 0): SlotSpan[] {
  return spans.flatMap(({ first, until }) => {
    const cuts: SlotSpan[] = []
    for (let end = until; end - length - before >= first; end -= length) {
      cuts.push({ first: end - length, until: end })
    }
    return cuts.toReversed()
  })
}
