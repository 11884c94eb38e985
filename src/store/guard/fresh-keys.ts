import type { AttributeSet } from '../../otlp/attribute-set.ts'
import type { BatchMark, ColumnBatch } from '../../otlp/column-batch.ts'
import type { Cardinality } from './cardinality.ts'
import type { Changes } from './changes.ts'
import { hashBytes } from './distinct-set.ts'
import type { KeyDecisions } from './key-guard.ts'
import { newKey, overflowKey } from './key-guard.ts'

/** Decides about keys that nobody has used in this hour, by the service that uses them first. */
export function admitFreshKeys(
  batch: ColumnBatch,
  mark: BatchMark,
  decisions: KeyDecisions,
  cardinality: Cardinality,
  changes: Changes,
): void {
  const { arena, words, keys, contexts, attributes, attributeEnds, rowContext } = batch
  const { flags, renamed } = decisions

  const look = (set: AttributeSet, start: number, end: number, context: number): void => {
    for (let at = start; at < end; at++) {
      const sent = set.slots[at]! >>> 3
      const key = renamed.get(sent) ?? sent
      if ((flags[key]! & newKey) === 0) continue
      flags[key]! &= ~newKey
      const word = contexts.origin.service.data[context]!
      const service = hashBytes(arena.bytes, words.offsets[word]!, words.lengths[word]!)
      const hash = hashBytes(arena.bytes, keys.offsets[key]!, keys.lengths[key]!)
      const limit = cardinality.admitKey(hash, service)
      if (limit === undefined) continue
      decisions.set(key, overflowKey)
      changes.needed = true
      changes.limited(limit, keys.text(key), context)
    }
  }

  let start = mark.contexts === 0 ? 0 : contexts.ends.data[mark.contexts - 1]!
  for (let context = mark.contexts; context < contexts.length; context++) {
    const end = contexts.ends.data[context]!
    look(contexts.attributes, start, end, context)
    start = end
  }
  start = mark.rows === 0 ? 0 : attributeEnds.data[mark.rows - 1]!
  for (let row = mark.rows; row < batch.rows; row++) {
    const end = attributeEnds.data[row]!
    look(attributes, start, end, rowContext.data[row]!)
    start = end
  }
  decisions.fresh = decisions.fresh.filter((key) => (flags[key]! & newKey) !== 0)
}
