import type { FileFacts } from '../../file-facts.ts'
import { textOf } from './calls.ts'
import type { CurlyFile, CurlySpec } from './curly-file.ts'

/** The environment where it is neither asked for a key nor given a name. */
export function wholeUses(file: CurlyFile, spec: CurlySpec, facts: FileFacts): void {
  const { tokens } = file
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'name' || facts.wholeObject.length >= 1000) continue
    const previous = tokens[at - 1]?.text ?? ''
    const end = /^(?:\.|::|\?\.)$/.test(previous) ? -1 : spec.environmentAt(tokens, at)
    const alias =
      file.aliases.has(token.text) &&
      /^[(,:]$|^in$/.test(previous) &&
      /^[),]$/.test(tokens[at + 1]?.text ?? '')
    if (end < 0 && !alias) continue
    const after = tokens[end < 0 ? at + 1 : end]?.text ?? ''
    const method = /^(?:\.|\?\.)$/.test(after) ? (tokens[end + 1]?.text ?? '') : ''
    const asked =
      /^(?:get|getOrDefault|getValue|containsKey|get_?\w*|Contains|TryGetValue|isEmpty|size)$/.test(
        method,
      )
    if (end >= 0 && (after === '[' || asked || (previous === '=' && method === ''))) continue
    const { line, column } = token
    facts.wholeObject.push({
      line,
      column,
      text: textOf(tokens, { start: at, end: Math.min(tokens.length, (end < 0 ? at : end) + 3) }),
    })
  }
}
