import type { BatchMark, ColumnBatch } from '../../otlp/column-batch.ts'
import type { KeyDecisions } from './key-guard.ts'
import { overflowKey, renamedKey } from './key-guard.ts'

/** The numbers that the keys of a batch have after what was decided. */
export interface KeyTable {
  /** -1 where the attributes of the key overflow. */
  readonly keyOf: (key: number) => number
  readonly overflowName: (key: number) => string
}

/** Keys that overflow are forgotten by the batch, so that its memory does not grow with them. */
export function keyTable(batch: ColumnBatch, mark: BatchMark, decisions: KeyDecisions): KeyTable {
  const { keys, arena } = batch
  const { flags, renamed } = decisions
  const { size } = keys
  const offsets = keys.offsets.slice(0, size)
  const lengths = keys.lengths.slice(0, size)
  const final = Int32Array.from({ length: size }, (_, key) => {
    const target = (flags[key]! & renamedKey) === 0 ? key : renamed.get(key)!
    return (flags[target]! & overflowKey) === 0 ? target : -1
  })
  const overflowName = (key: number): string => {
    const target = renamed.get(key) ?? key
    return arena.text(offsets[target]!, lengths[target]!)
  }
  if (!final.includes(-1)) return { keyOf: (key) => final[key]!, overflowName }

  const renames = new Map(renamed)
  const name = (key: number): string => {
    const target = renames.get(key) ?? key
    return arena.text(offsets[target]!, lengths[target]!)
  }
  const moved = Int32Array.from({ length: size }, (_, key) => key)
  const kept = new Set(final)
  keys.truncate(mark.keys)
  decisions.truncate(mark.keys)
  for (let key = mark.keys; key < size; key++) {
    if (kept.has(key)) moved[key] = keys.intern(offsets[key]!, lengths[key]!)
  }
  return { keyOf: (key) => (final[key]! < 0 ? -1 : moved[final[key]!]!), overflowName: name }
}
