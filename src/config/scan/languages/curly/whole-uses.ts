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
    const prefixes = prefixesAsked(file, end < 0 ? at + 1 : end)
    if (prefixes.length > 0) {
      for (const prefix of prefixes)
        facts.reads.push({ key: `${prefix}*`, tier: 'alias', line, column })
      continue
    }
    facts.wholeObject.push({
      line,
      column,
      text: textOf(tokens, { start: at, end: Math.min(tokens.length, (end < 0 ? at : end) + 3) }),
    })
  }
}

const farthest = 250

/**
 * The whole environment gone through, each name held against a prefix: `for (k, v) in env::vars() { if
 * k.starts_with("APP_") ... }`, `System.getenv().entrySet().stream().filter(e -> e.getKey().startsWith("APP_"))`.
 */
function prefixesAsked(file: CurlyFile, from: number): string[] {
  const { tokens } = file
  const prefixes = new Set<string>()
  for (let at = from; at < Math.min(tokens.length, from + farthest); at++) {
    const { text, match } = tokens[at]!
    if (text === ';' && tokens[at - 1]?.text !== ')' && at > from + 1) break
    // out of the block or the call that holds the environment: a loop's head is left, its body is not
    if ((text === '}' || text === ')') && match < from && tokens[at + 1]?.text !== '{') break
    if (text === ';') {
      const loop = tokens.slice(from, at).some((it) => it.text === '{' && it.match > at)
      if (!loop) break
    }
    if (!/^(?:startsWith|StartsWith|starts_with|strip_prefix|removePrefix|hasPrefix)$/.test(text))
      continue
    const given = tokens[at + 2]
    const prefix = given?.kind === 'string' ? given.text : file.constants.get(given?.text ?? '')
    if (prefix !== undefined && /^[A-Z][A-Z0-9_]{2,}$/.test(prefix)) prefixes.add(prefix)
  }
  return [...prefixes]
}
