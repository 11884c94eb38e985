import { createRandom } from '../../stats/random.ts'
import { cutsIn, quietSpans, type Slot, type Slots, type SlotSpan } from './quiet-cuts.ts'

/** A stretch of the past that is judged as if a release had begun with it; ms since 1970. */
export interface Cut {
  from: number
  to: number
  /** That answered in it, the busiest first. */
  versions: string[]
}

export interface DrillPlan {
  /** Without a release in them; each is divided by chance. */
  splitCuts: Cut[]
  /** Without a release in them nor in the time before that they are compared with. */
  timeCuts: Cut[]
  /** … long enough for later parts of a watch, and at least as long a time before them. */
  lateCuts: Cut[]
  seconds: number
  /** Why there is nothing, or less than asked for. */
  gaps: string[]
}

/** A cut should have so many requests … */
const wantedRequests = 6000
/** … and not fewer than this. */
const leastRequests = 200
const leastBlocks = 10
const mostBlocks = 720
/** Quiet time is cut into at least so many pieces. */
const leastCuts = 4
/** Each of them is read once and divided several times. */
const mostSplitCuts = 10
/** Lengths of a cut that the time before it is compared over. */
const lengthsBefore = 4
/** A watch of eight minutes has its first later part; two of them at least, and what is longer says little more. */
const leastLateMillis = 600_000
const mostLateMillis = 900_000

/**
 * Which cuts of a service's past to judge: of those that fit side by side, as many as are needed by chance.
 * @param starts of its releases, ms since 1970
 * @param timeCuts how many before/after cuts are wanted
 * @param lateCuts how many for later parts of a watch
 */
export function planDrill(
  slots: Slots | null,
  starts: readonly number[],
  timeCuts: number,
  blockMillis: number,
  seed: number,
  lateCuts = 0,
): DrillPlan {
  const nothing = { splitCuts: [], timeCuts: [], lateCuts: [], seconds: 0 }
  if (slots === null) return { ...nothing, gaps: ['There is no traffic in that time.'] }
  const spans = quietSpans(slots, starts)
  const width = slots.slotMillis / blockMillis
  const quiet = Math.max(0, ...spans.map(({ first, until }) => until - first)) * width
  const perBlock = requestsIn(slots.slots, spans) / Math.max(1, slotsIn(spans) * width)
  const wanted = Math.min(mostBlocks, Math.max(30, Math.ceil(wantedRequests / perBlock)))
  const blocks = Math.min(wanted, Math.floor(quiet / leastCuts))
  if (blocks < leastBlocks) {
    const minutes = (leastBlocks * leastCuts * blockMillis) / 60_000
    const longest = (quiet * blockMillis) / 60_000
    const gap = `The longest time without a release has ${round(longest)} min of traffic; ${round(minutes)} are needed.`
    return { ...nothing, gaps: [gap] }
  }
  const length = Math.max(1, Math.floor(blocks / width))
  const random = createRandom(seed)
  const usable = (cuts: SlotSpan[]): SlotSpan[] =>
    shuffled(
      cuts.filter((cut) => requestsIn(slots.slots, [cut]) >= leastRequests),
      () => random.uniform(),
    )
  const toCut = ({ first, until }: SlotSpan): Cut => ({
    from: slots.from + first * slots.slotMillis,
    to: slots.from + until * slots.slotMillis,
    versions: versionsIn(slots.slots.slice(first, until)),
  })
  const splits = usable(cutsIn(spans, length)).slice(0, mostSplitCuts)
  // the history of a young service may be too short for cuts of that length
  const timeLength = Math.max(1, Math.min(length, Math.floor(quiet / width / (lengthsBefore + 4))))
  const times = usable(cutsIn(spans, timeLength, lengthsBefore * timeLength)).slice(0, timeCuts)
  const slotsOf = (millis: number): number => Math.ceil(millis / slots.slotMillis)
  const half = Math.floor(quiet / width / 2)
  const lateLength = Math.min(Math.max(half, 1), slotsOf(mostLateMillis))
  const late =
    lateLength < slotsOf(leastLateMillis)
      ? []
      : usable(cutsIn(spans, lateLength, lateLength)).slice(0, lateCuts)
  const gaps: string[] = []
  if (splits.length === 0) gaps.push(`No cut has ${leastRequests} requests.`)
  if (times.length < timeCuts) {
    gaps.push(
      `Of ${timeCuts} cuts to be compared with the time before them ${times.length} fit into the time without releases.`,
    )
  }
  return {
    splitCuts: splits.map(toCut),
    timeCuts: times.map(toCut),
    lateCuts: late.map(toCut),
    seconds: (length * slots.slotMillis) / 1000,
    gaps,
  }
}

function slotsIn(spans: readonly SlotSpan[]): number {
  return spans.reduce((sum, { first, until }) => sum + until - first, 0)
}

function requestsIn(slots: readonly Slot[], spans: readonly SlotSpan[]): number {
  let sum = 0
  for (const { first, until } of spans) {
    for (let i = first; i < until; i++) sum += slots[i]?.requests ?? 0
  }
  return sum
}

function versionsIn(slots: readonly Slot[]): string[] {
  const sums = new Map<string, number>()
  for (const { versions } of slots) {
    for (const [version, n] of versions) sums.set(version, (sums.get(version) ?? 0) + n)
  }
  return [...sums].toSorted((a, b) => b[1] - a[1]).map(([version]) => version)
}

function shuffled<T>(values: readonly T[], uniform: () => number): T[] {
  const all = [...values]
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1))
    ;[all[i], all[j]] = [all[j]!, all[i]!]
  }
  return all
}

const round = (minutes: number): string => String(Number(minutes.toPrecision(2)))
