import { attributeKeys, type AttributeKey } from '../../../store/attribute-keys.ts'
import type { JudgeWindow } from '../judge-window.ts'
import { wholeSteps } from '../judge-window.ts'
import type { Stretch } from './time-chunks.ts'
import { inWindow, isEntry, type UnitScope } from './unit-scope.ts'
import { columnId } from './unit-rows.ts'

/** The window is asked about in parts, each the same at most looks: up to the last whole steps of these shares of it. */
const shares = [1 / 8, 1 / 64]

/** Which attributes the entry spans carry: most of the window is asked about once, its end at every look. */
export class KeptKeys {
  #known: (Stretch & { keys: readonly AttributeKey[] })[] = []

  /** @param changed stretches in which spans came or went since the last look */
  async keysOf(
    scope: UnitScope,
    window: JudgeWindow,
    limit: number,
    changed: readonly Stretch[],
  ): Promise<AttributeKey[]> {
    const before = this.#known.filter(
      (part) => !changed.some(({ from, to }) => from < part.to && to > part.from),
    )
    this.#known = []
    const borders = [...shares.map((share) => wholeSteps(window, share)), window.to]
    const parts: (Stretch & { keys: readonly AttributeKey[] })[] = []
    for (const to of borders) {
      const from = parts.at(-1)?.to ?? window.from
      const known = before.find((part) => part.from === from && part.to === to)
      parts.push(known ?? { from, to, keys: await keysIn(scope, { from, to }, limit) })
    }
    this.#known = parts
    return together(
      parts.flatMap(({ keys }) => keys),
      limit,
    )
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
function together(all: readonly AttributeKey[], limit: number): AttributeKey[] {
  const sums = new Map<string, AttributeKey>()
  for (const key of all) {
    const id = columnId(key)
    sums.set(id, { ...key, rows: key.rows + (sums.get(id)?.rows ?? 0) })
  }
  return [...sums.values()]
    .toSorted((x, y) => y.rows - x.rows || x.key.localeCompare(y.key))
    .slice(0, limit)
}
