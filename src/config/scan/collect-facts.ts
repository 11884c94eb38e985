import type { Collector } from './collector.ts'
import { emptyFacts } from './empty-facts.ts'
import type { FileFacts } from './file-facts.ts'
import type { Grammars } from './grammars.ts'

/** The facts of one file; a text that cannot be parsed, or that a collector trips over, is told as unparsed. */
export async function collectFacts(
  collector: Collector,
  file: { path: string; text: string },
  grammars: Grammars,
): Promise<FileFacts> {
  try {
    const grammar = collector.grammar(file.path)
    if (grammar === null) return collector.collect({ ...file, root: null })
    await grammars.load(grammar)
    const tree = grammars.parse(grammar, collector.prepare?.(file.path, file.text) ?? file.text)
    if (tree === null) return unparsedFacts(collector, 'The file takes too long to parse.')
    try {
      return collector.collect({ ...file, root: tree.rootNode })
    } finally {
      tree.delete()
    }
  } catch (error) {
    const kind = error instanceof RangeError ? 'is nested too deeply' : 'cannot be understood'
    return unparsedFacts(collector, `The file ${kind}.`)
  }
}

export function unparsedFacts(collector: Pick<Collector, 'language'>, reason: string): FileFacts {
  return { ...emptyFacts(collector.language), unparsed: [{ line: 1, column: 1, reason }] }
}
