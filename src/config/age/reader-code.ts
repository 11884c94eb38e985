/** The code around a read, by what it says: where it stands, and how it is laid out, does not matter. Pure. */
import type { VersionFacts } from './history.ts'

export interface ReaderCode {
  /** Its name in the facts of versions: `12\0`. */
  place: string
  /** What a text must name to hold it: the key, or where it is put together, another name of that line. */
  anchor: string
  /** Told apart from others, in the order of the text, without layout. */
  lines: readonly string[]
  /** All of it in one text. */
  whole: string
}

/** How much of the code a version holds: `0` = it names the key, `1` = at least half of the lines, `2` = all of it. */
export type Share = '0' | '1' | '2'

const longestFunction = 80
const header =
  /(?:^|[\s(=:,])(?:function|def|func|fn|fun|sub|async|constructor)\b|=>\s*[({]?\s*$|^\s*(?:(?:public|private|protected|internal|static|final|override|readonly|get|set)\s+)*[\w<>[\],.?*&: ]*\w\s*\([^;]*\)[^;=]*\{\s*$/
const block =
  /^\s*(?:\}?\s*(?:if|else|for|while|switch|match|try|catch|finally|do|with|unless|case|when|elif|except|return|await)\b)/

/**
 * The function around a line, where there is one of at most 80 lines; else five lines before it and five after. By
 * indentation, which all languages have in common.
 */
export function codeAround(lines: readonly string[], line: number): string[] {
  const at = Math.min(Math.max(line - 1, 0), Math.max(0, lines.length - 1))
  let indent = indentOf(lines[at] ?? '')
  if (header.test(lines[at] ?? '') && !block.test(lines[at]!)) return functionFrom(lines, at)
  for (let above = at - 1; above >= 0 && at - above <= longestFunction; above -= 1) {
    const text = lines[above]!
    if (text.trim() === '' || indentOf(text) >= indent) continue
    indent = indentOf(text)
    if (header.test(text) && !block.test(text)) {
      const found = functionFrom(lines, above)
      if (found.length <= longestFunction && above + found.length > at) return found
      break
    }
    if (indent === 0) break
  }
  return lines.slice(Math.max(0, at - 5), at + 6)
}

function functionFrom(lines: readonly string[], from: number): string[] {
  const indent = indentOf(lines[from]!)
  let end = from + 1
  while (end < lines.length && end - from <= longestFunction) {
    const text = lines[end]!
    if (text.trim() !== '' && indentOf(text) <= indent) {
      // a closing bracket, or `end`, is the last line of it
      if (/^\s*(?:[)\]}]|end\b)/.test(text)) end += 1
      break
    }
    end += 1
  }
  return lines.slice(from, end)
}

/** Undefined where nothing in the code could be found again. */
export function readerCode(
  place: string,
  key: string,
  text: string,
  line: number,
): ReaderCode | undefined {
  const all = text.split('\n')
  const code = codeAround(all, line)
  const anchor =
    code.some((it) => it.includes(key)) && /^\w+$/.test(key) ? key : longestName(all[line - 1])
  const plain = code.map(plainLine)
  const lines = [...new Set(plain.filter((it) => it.length > 2))]
  if (anchor === undefined || lines.length === 0) return undefined
  return { place, anchor, lines, whole: joined(plain) }
}

const longestName = (text = ''): string | undefined =>
  (text.slice(0, 5000).match(/[A-Za-z_]\w{3,199}/g) ?? []).toSorted(
    (a, b) => b.length - a.length,
  )[0]

/** Which of the wanted codes (by anchor) a version of any file holds. */
export function readerFacts(
  text: string,
  codes: ReadonlyMap<string, readonly ReaderCode[]>,
): VersionFacts {
  const facts = new Map<string, string>()
  const named = new Set<string>()
  for (const [name] of text.matchAll(/[A-Za-z_]\w{1,199}/g)) if (codes.has(name)) named.add(name)
  if (named.size === 0) return facts
  const plain = text.split('\n').map(plainLine)
  const lines = new Set(plain)
  let whole: string | undefined
  for (const anchor of named) {
    for (const code of codes.get(anchor)!) {
      const there = code.lines.filter((line) => lines.has(line)).length
      if (there < code.lines.length) whole ??= joined(plain)
      const all = there === code.lines.length || whole!.includes(code.whole)
      const share: Share = all ? '2' : there * 2 >= code.lines.length ? '1' : '0'
      facts.set(code.place, share)
    }
  }
  return facts
}

const joined = (lines: readonly string[]): string => lines.join('').replaceAll(/[,;]/g, '')

/** Without layout, comments that fill a line, kinds of quotes, and what formatters put or leave out at ends. */
function plainLine(line: string): string {
  if (line.length > 5000 || /^\s*(?:\/\/|#(?!\[)|\*|\/\*|--)/.test(line)) return ''
  return line
    .replaceAll(/\s+/g, '')
    .replaceAll(/["`]/g, "'")
    .replaceAll(/[,;]+(?=[)\]}]|$)/g, '')
}

function indentOf(line: string): number {
  let columns = 0
  for (const character of line) {
    if (character === ' ') columns += 1
    else if (character === '\t') columns += 4
    else break
  }
  return columns
}
