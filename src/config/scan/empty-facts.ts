import type { Language } from '../key-read.ts'
import type { FileFacts } from './file-facts.ts'

/** Facts of a file that says nothing. */
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
