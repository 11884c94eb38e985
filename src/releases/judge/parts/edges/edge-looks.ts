import type { JudgeWindow } from '../../judge-window.ts'
import type { PartLook } from '../evidence-part.ts'

interface Kept {
  window: JudgeWindow
  look: PartLook | null
}

/** Releases whose last look is kept, the one looked at longest ago dropped first. */
const maxReleases = 64
/** A look at the edges reads the whole window again: not before it has grown by this share, or by so much. */
const growth = 0.03
const longestMillis = 300_000

/** By whoever looks again and again. */
const looks = new WeakMap<object, Map<string, Kept>>()

/**
 * The last look while next to nothing has been added to it, else a new one.
 * @param watcher whose looks they are; null: always a new one
 */
export async function keptLook(
  watcher: object | null,
  id: string,
  window: JudgeWindow,
  look: () => Promise<PartLook | null>,
): Promise<PartLook | null> {
  if (watcher === null) return await look()
  const kept = freshLook(watcher, id, window)
  if (kept !== undefined) return kept.look
  const fresh = { window, look: await look() }
  const own = looks.get(watcher) ?? new Map<string, Kept>()
  looks.set(watcher, own)
  own.delete(id)
  own.set(id, fresh)
  const [oldest] = own.keys()
  if (own.size > maxReleases && oldest !== undefined) own.delete(oldest)
  return fresh.look
}

/** Whether `keptLook` has one that need not be made again. */
export function isKept(watcher: object | null, id: string, window: JudgeWindow): boolean {
  return watcher !== null && freshLook(watcher, id, window) !== undefined
}

function freshLook(watcher: object, id: string, { from, to }: JudgeWindow): Kept | undefined {
  const kept = looks.get(watcher)?.get(id)
  if (kept === undefined || kept.window.from !== from) return undefined
  const grown = to - kept.window.to
  return grown >= 0 && grown < Math.min(growth * (to - from), longestMillis) ? kept : undefined
}
