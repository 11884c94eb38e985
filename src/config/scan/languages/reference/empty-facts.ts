import type { Language } from '../../../key-read.ts'
import type { FactRead, FileFacts } from '../../file-facts.ts'

export function emptyFacts(language: Language): FileFacts {
  return {
    language,
    reads: [],
    dynamic: [],
    wholeObject: [],
    symbols: [],
    imports: [],
    uses: [],
    fields: [],
    fillings: [],
    unparsed: [],
  }
}

/** The same key at the same place is told once. */
export function distinctReads(reads: readonly FactRead[]): FactRead[] {
  const seen = new Map<string, FactRead>()
  for (const read of reads) {
    const id = `${read.key} ${read.line} ${read.column}`
    if (!seen.has(id)) seen.set(id, read)
  }
  return [...seen.values()]
}
