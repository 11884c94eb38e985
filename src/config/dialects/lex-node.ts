import type { Quote } from './dotenv-entry.ts'
import { lexedNothing } from './statement.ts'
import type { Lexed } from './statement.ts'

/**
 * `util.parseEnv` and `--env-file` of Node 24 (`src/node_dotenv.cc`). Takes text without `\r`. A quoted value ends at the
 * next quote of its kind, whatever stands before it; only `\n` is an escape, in double quotes.
 */
export function lexNode(text: string): Lexed {
  const lexed = lexedNothing()
  const last = trimmedEnd(text)
  let at = skipBlank(text, 0, last)
  while (at < last) {
    const first = text[at]
    if (first === '\n' || first === '#') {
      at = nextLine(text, at, last)
      continue
    }
    const sign = nameEnd(text, at, last)
    if (text[sign] !== '=' || sign >= last) {
      lexed.problems.push({ offset: at, reason: 'No `=` on this line: it is ignored.' })
      if (sign >= last) break
      at = skipBlank(text, sign + 1, last)
      continue
    }
    at = readAssignment(text, { start: at, sign, last }, lexed)
  }
  return lexed
}

interface Assignment {
  start: number
  sign: number
  last: number
}

function readAssignment(text: string, { start, sign, last }: Assignment, lexed: Lexed): number {
  let key = trim(text.slice(start, sign))
  let at = sign + 1
  const add = (value: string, quote: Quote, end: number): void => {
    lexed.statements.push({ key, text: value, quote, start, end })
  }
  if (at >= last || text[at] === '\n') {
    // `export` stays part of the name where no value follows
    add('', 'none', at)
    return at
  }
  at = skipBlank(text, at, last)
  if (key === '') {
    lexed.problems.push({
      offset: start,
      reason: 'No name before the `=`: what follows it is read by itself.',
    })
    return at
  }
  if (key.startsWith('export ')) key = trim(key.slice(7))
  if (at >= last) {
    add('', 'none', at)
    return at
  }
  const quote = quotes[text[at] ?? '']
  if (quote === undefined) {
    const end = lineEnd(text, at, last)
    const comment = text.slice(at, end).indexOf('#')
    add(trim(text.slice(at, comment === -1 ? end : at + comment)), 'none', end)
    return skipBlank(text, end, last)
  }
  const close = text.indexOf(text[at] ?? '', at + 1)
  if (close === -1 || close >= last) {
    const end = lineEnd(text, at, last)
    lexed.problems.push({ offset: at, reason: 'The quote is not closed: it is part of the value.' })
    add(text.slice(at, end), 'none', end)
    return skipBlank(text, end, last)
  }
  const inner = text.slice(at + 1, close)
  add(quote === 'double' ? inner.replaceAll('\\n', '\n') : inner, quote, close + 1)
  return nextLine(text, close + 1, last)
}

const quotes: Record<string, Quote> = { "'": 'single', '"': 'double', '`': 'backtick' }
const blank = /[ \t\n]/

function trim(value: string): string {
  return value.replace(/^[ \t\n]+/, '').slice(0, trimmedEnd(value.replace(/^[ \t\n]+/, '')))
}

function trimmedEnd(text: string): number {
  let end = text.length
  while (end > 0 && blank.test(text[end - 1] ?? '')) end -= 1
  return end
}

function skipBlank(text: string, from: number, last: number): number {
  let at = from
  while (at < last && blank.test(text[at] ?? '')) at += 1
  return at
}

function lineEnd(text: string, from: number, last: number): number {
  const found = text.indexOf('\n', from)
  return found === -1 || found > last ? last : found
}

function nextLine(text: string, from: number, last: number): number {
  return Math.min(lineEnd(text, from, last) + 1, last)
}

function nameEnd(text: string, from: number, last: number): number {
  let at = from
  while (at < last && text[at] !== '=' && text[at] !== '\n') at += 1
  return at
}
