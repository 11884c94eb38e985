import { attributeKeys, type AttributeKey } from '../../../store/attribute-keys.ts'
import type { JudgeWindow } from '../judge-window.ts'
import { wholeSteps } from '../judge-window.ts'
import type { Stretch } from './time-chunks.ts'
import { inWindow, isEntry, type UnitScope } from './unit-scope.ts'
import { columnId } from './unit-rows.ts'

/** The end of the window that is asked about at every look. */
const shareAtEnd = 1 / 64

/** Which attributes the entry spans carry: most of the window is asked once, its end at every look. */
export class KeptKeys {
  #known: { to: number; keys: readonly AttributeKey[] } | undefined

  /** @param changed stretches in which spans came or went since the last look */
  async keysOf(
    scope: UnitScope,
    window: JudgeWindow,
    limit: number,
    changed: readonly Stretch[],
  ): Promise<AttributeKey[]> {
    const to = wholeSteps(window, shareAtEnd)
    const known = this.#known
    const isCurrent = known?.to === to && !changed.some(({ from }) => from < to)
    this.#known = undefined
    const most = isCurrent ? known.keys : await keysIn(scope, { from: window.from, to }, limit)
    const end = await keysIn(scope, { from: to, to: window.to }, limit)
    this.#known = { to, keys: most }
    return together(most, end, limit)
  }
}

async function keysIn(
  { store, parameters }: UnitScope,
  { from, to }: Stretch,
  limit: number,
): Promise<AttributeKey[]> {
  if (from >= to) return []
  // not of sampled traces alone: their ids need not be read, and slices of time are a sample already
  const condition = `${inWindow} AND ${isEntry}`
  const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
  return await attributeKeys(store, condition, { ...parameters, ...span }, limit)
}

/** The most frequent first, by name where they are equal. */
function together(
  a: readonly AttributeKey[],
  b: readonly AttributeKey[],
  limit: number,
): AttributeKey[] {
  const sums = new Map<string, AttributeKey>()
  for (const key of [...a, ...b]) {
    const id = columnId(key)
    sums.set(id, { ...key, rows: key.rows + (sums.get(id)?.rows ?? 0) })
  }
  return [...sums.values()]
    .toSorted((x, y) => y.rows - x.rows || x.key.localeCompare(y.key))
    .slice(0, limit)
}
