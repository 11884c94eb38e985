import type { Dialect } from '../binding.ts'
import type { DotenvOptions } from './read-dotenv.ts'
import { readDotenv } from './read-dotenv.ts'

export interface DialectDifference {
  key: string
  /** From 1: where the key stands first, in any of the dialects. */
  line: number
  /** Dialects that mean the same by it; at least two groups, the order of the dialects asked for. Never a value. */
  groups: {
    dialects: Dialect[]
    state: 'set' | 'empty' | 'unset' | 'unknown' | 'absent' | 'refused'
  }[]
}

/**
 * Keys that do not mean the same to all readers of a text (CFG-DIALECT, config.md §4.2). A dialect that does not see the
 * key at all is `absent`, one that refuses the file `refused`; what is `unknown` to two dialects is not taken for equal.
 */
export function dialectDifferences(
  text: string,
  dialects: readonly Dialect[],
  options: DotenvOptions = {},
): DialectDifference[] {
  const reads = dialects.map((dialect) => {
    const { entries, rejected } = readDotenv(text, dialect, options)
    const byKey = new Map(
      entries.filter((entry) => entry.effective).map((entry) => [entry.key, entry]),
    )
    return { dialect, rejected, byKey }
  })
  const lines = new Map<string, number>()
  for (const { byKey } of reads) {
    for (const { key, line } of byKey.values())
      lines.set(key, Math.min(lines.get(key) ?? line, line))
  }
  const differences: DialectDifference[] = []
  for (const [key, line] of lines) {
    const groups = new Map<string, DialectDifference['groups'][number]>()
    for (const { dialect, rejected, byKey } of reads) {
      const entry = byKey.get(key)
      const state = rejected ? 'refused' : (entry?.state ?? 'absent')
      const apart = state === 'unknown' ? dialect : (entry?.value?.reveal() ?? '')
      const identity = `${state}\0${apart}`
      const group = groups.get(identity) ?? { dialects: [], state }
      group.dialects.push(dialect)
      groups.set(identity, group)
    }
    if (groups.size > 1) differences.push({ key, line, groups: [...groups.values()] })
  }
  return differences.toSorted((one, other) => one.line - other.line)
}
