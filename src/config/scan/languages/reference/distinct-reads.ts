import type { FactRead } from '../../file-facts.ts'

/** The same key at the same place is told once. */
export function distinctReads(reads: readonly FactRead[]): FactRead[] {
  const seen = new Map<string, FactRead>()
  for (const read of reads) {
    const id = `${read.key} ${read.line} ${read.column}`
    if (!seen.has(id)) seen.set(id, read)
  }
  return [...seen.values()]
}
