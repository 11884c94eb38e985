/** Keys of a list that is looped over, in the same file: `for (n in NAMES)`, `NAMES.forEach { getenv(it) }`. */
import type { CurlyFile } from './curly-file.ts'
import type { Range } from './calls.ts'
import { isKey } from './key-expression.ts'
import type { Token } from './tokens.ts'

const farthest = 400
const each =
  /^(?:forEach|map|mapNotNull|filter|flatMap|associateWith|any|all|none|find|first|firstOrNull|find_map|filter_map|for_each|Select|Where|Any|All|ForEach|stream|anyMatch|allMatch)$/

/** What the list holds that the name at a place goes through; undefined = it is no such name, or not all of it is keys. */
export function loopKeys(file: CurlyFile, name: string, at: number): string[] | undefined {
  const { tokens } = file
  for (let cursor = at - 1; cursor > 0 && at - cursor < farthest; cursor--) {
    const token = tokens[cursor]!
    const next = tokens[cursor + 1]?.text
    if (token.text === name && (next === 'in' || next === ':') && inFor(tokens, cursor)) {
      let end = cursor + 2
      while (end < at && !/^[{)]$/.test(tokens[end]!.text)) {
        const { match } = tokens[end]!
        end = match > end ? match + 1 : end + 1
      }
      // `new[] { "A", "B" }` ends with its brace
      if (tokens[end]?.text === '{' && tokens[end - 1]?.text === ']' && tokens[end]!.match < at)
        end = tokens[end]!.match + 1
      return keysIn(file, { start: cursor + 2, end })
    }
    if (!/^[({]$/.test(token.text) || token.match < at) continue
    const call = tokens[cursor - 1]?.text === '(' ? cursor - 2 : cursor - 1
    if (!each.test(tokens[call]?.text ?? '') || tokens[call - 1]?.text !== '.') continue
    const own = tokens.slice(cursor + 1, cursor + 5).map((it) => it.text)
    const named =
      own[0] === name ||
      (own[0] === '|' && own.includes(name)) ||
      (own[0] === '(' && own[1] === name)
    if (named || (name === 'it' && !own.includes('->')))
      return keysIn(file, receiver(tokens, call - 2))
  }
  return undefined
}

function inFor(tokens: readonly Token[], at: number): boolean {
  return tokens
    .slice(Math.max(0, at - 6), at)
    .some(({ text }) => text === 'for' || text === 'foreach')
}

/** The expression that ends at a place: `NAMES`, `NAMES.iter()`, `listOf("A", "B")`, `["A"].iter()`. */
function receiver(tokens: readonly Token[], last: number): Range {
  let start = last
  for (let i = 0; i < 12 && start > 0; i++) {
    if (/^[)\]}]$/.test(tokens[start]!.text)) start = tokens[start]!.match
    if (tokens[start]?.kind !== 'name' && tokens[start - 1]?.kind === 'name') start--
    if (!/^(?:\.|::|&)$/.test(tokens[start - 1]?.text ?? '')) break
    start -= 2
  }
  return { start: Math.max(0, start), end: last + 1 }
}

function keysIn(file: CurlyFile, range: Range): string[] | undefined {
  const texts = textsIn(file.tokens, range)
  if (texts.length > 0) return allKeys(texts)
  const name = file.tokens
    .slice(range.start, range.end)
    .find((it) => it.kind === 'name' && !/^(?:self|this|Self|mut)$/.test(it.text))
  return name === undefined ? undefined : allKeys(listed(file.tokens, name.text))
}

/** The texts of `NAMES = ["A", "B"]`, `val NAMES = listOf("A")`, `const NAMES: [&str; 2] = [...]`. */
function listed(tokens: readonly Token[], name: string): string[] {
  for (const [at, token] of tokens.entries()) {
    if (token.text !== name || token.kind !== 'name') continue
    let equals = at + 1
    if (tokens[equals]?.text === ':')
      while (equals < at + 16 && tokens[equals]!.text !== '=') equals++
    if (tokens[equals]?.text !== '=') continue
    for (let open = equals + 1; open < Math.min(tokens.length, equals + 8); open++) {
      const { text, match } = tokens[open]!
      if (text === ';') break
      if (/^[([{]$/.test(text) && match > open + 1)
        return textsIn(tokens, { start: open + 1, end: match })
    }
  }
  return []
}

const textsIn = (tokens: readonly Token[], { start, end }: Range): string[] =>
  tokens
    .slice(start, Math.min(end, start + 2000))
    .flatMap((it) => (it.kind === 'string' ? [it.text] : []))

const allKeys = (texts: readonly string[]): string[] | undefined =>
  texts.length > 0 && texts.every((text) => isKey(text)) ? texts.slice(0, 300) : undefined
