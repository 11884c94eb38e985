import { attributeKeys, type AttributeKey } from '../../../store/attribute-keys.ts'
import type { JudgeWindow } from '../judge-window.ts'
import { wholeSteps } from '../judge-window.ts'
import type { Stretch } from './time-chunks.ts'
import { inWindow, isEntry, sampleOf, type UnitScope } from './unit-scope.ts'
import { columnId } from './unit-rows.ts'

/** The end of the window that is asked about at every look. */
const shareAtEnd = 1 / 64

/** Which attributes the entry spans carry: most of the window is asked once, its end at every look. */
export class KeptKeys {
  #known: { to: number; oneOf: number; keys: readonly AttributeKey[] } | undefined

  /** @param changed stretches in which spans came or went since the last look */
  async keysOf(
    scope: UnitScope,
    window: JudgeWindow,
    oneOf: number,
    limit: number,
    changed: readonly Stretch[],
  ): Promise<AttributeKey[]> {
    const to = wholeSteps(window, shareAtEnd)
    const known = this.#known
    const isCurrent =
      known?.to === to && known.oneOf === oneOf && !changed.some(({ from }) => from < to)
    this.#known = undefined
    const most = isCurrent
      ? known.keys
      : await keysIn(scope, { from: window.from, to }, oneOf, limit)
    const end = await keysIn(scope, { from: to, to: window.to }, oneOf, limit)
    this.#known = { to, oneOf, keys: most }
    return together(most, end, limit)
  }
}

async function keysIn(
  { store, parameters }: UnitScope,
  { from, to }: Stretch,
  oneOf: number,
  limit: number,
): Promise<AttributeKey[]> {
  if (from >= to) return []
  const condition = `${inWindow} AND ${isEntry} AND ${sampleOf(oneOf)}`
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
