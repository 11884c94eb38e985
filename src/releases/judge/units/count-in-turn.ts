import { spansIn } from './count-spans.ts'
import type { UnitChunk } from './unit-chunk.ts'

/** Spans that are counted at a look among the newest, and as many among the rest. */
const spansAtALook = 500_000

/**
 * Which chunks are counted at a look: the newest, where late spans are likely, and of the others those that were counted
 * longest ago. With up to a million spans all of them are; of more, spans that come very late are seen some looks later.
 * @returns indices
 */
export function inTurn(chunks: readonly UnitChunk[], most = spansAtALook): Set<number> {
  const asked = new Set<number>()
  let spans = 0
  for (let i = chunks.length - 1; i >= 0 && spans < most; i--) {
    asked.add(i)
    spans += spansIn(chunks[i]!.count)
  }
  const rest = chunks
    .map(({ count }, i) => ({ count, i }))
    .filter(({ i }) => !asked.has(i))
    .toSorted((a, b) => a.count.look - b.count.look || b.i - a.i)
  spans = 0
  for (const { count, i } of rest) {
    if (spans > 0 && spans + spansIn(count) > most) break
    asked.add(i)
    spans += spansIn(count)
  }
  return asked
}
