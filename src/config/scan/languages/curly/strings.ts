import type { Lexicon } from './tokens.ts'

export interface StringRead {
  /** `*` stands for what is put in; undefined = a character or lifetime, which says nothing. */
  content?: string
  /** Behind the closing quote. */
  end: number
  /** Code that is put in. */
  inside: { start: number; end: number }[]
  /** There is no closing quote. */
  open?: boolean
}

const charPattern =
  /'(?:\\(?:u\{?[0-9a-fA-F]{1,6}\}?|x[0-9a-fA-F]{1,4}|[^\n])|[^'\\\n])[\uDC00-\uDFFF]?'/y
const lifetimePattern = /'[A-Za-z_]\w*/y
const rustPrefix = /(?:b|c|br|cr|r)?(#{0,16})"/y
const csharpPrefix = /(\$*@?\$*)("{3,}|")/y

/** The string or character that begins at `at`; undefined = none does. */
export function readString(text: string, at: number, lexicon: Lexicon): StringRead | undefined {
  const char = text[at]!
  if (char === "'" || (lexicon.rawHash && char === 'b' && text[at + 1] === "'")) {
    if (lexicon.singleQuoted)
      return quoted(text, at, text.startsWith("'''", at) ? "'''" : "'", undefined)
    charPattern.lastIndex = char === 'b' ? at + 1 : at
    const found = charPattern.exec(text)
    if (found) return { end: charPattern.lastIndex, inside: [] }
    lifetimePattern.lastIndex = at
    if (lexicon.lifetimes && lifetimePattern.test(text))
      return { end: lifetimePattern.lastIndex, inside: [] }
    return undefined
  }
  if (lexicon.rawHash && /["rbc]/.test(char)) {
    rustPrefix.lastIndex = at
    const found = rustPrefix.exec(text)
    if (!found) return undefined
    const raw = found[0].includes('r')
    if (!raw) return found[1] ? undefined : quoted(text, at + found[0].length - 1, '"', undefined)
    return rawText(text, rustPrefix.lastIndex, `"${found[1]}`)
  }
  if (lexicon.verbatim && /[$@"]/.test(char)) {
    csharpPrefix.lastIndex = at
    const found = csharpPrefix.exec(text)
    if (!found) return undefined
    const [, prefix = '', quote = '"'] = found
    const style = prefix.includes('$') ? 'csharp' : undefined
    const begin = at + prefix.length
    if (quote.length >= 3) return rawText(text, begin + quote.length, quote)
    if (prefix.includes('@')) return verbatimText(text, begin + 1, style !== undefined)
    return quoted(text, begin, '"', style)
  }
  if (char !== '"') return undefined
  const quote = text.startsWith('"""', at) ? '"""' : '"'
  return quoted(text, at, quote, lexicon.interpolation === 'dollar' ? 'dollar' : undefined)
}

function rawText(text: string, begin: number, end: string): StringRead {
  const stop = text.indexOf(end, begin)
  if (stop < 0) return { end: text.length, inside: [], open: true }
  return { content: text.slice(begin, stop), end: stop + end.length, inside: [] }
}

function verbatimText(text: string, begin: number, interpolated: boolean): StringRead {
  let at = begin
  for (;;) {
    const stop = text.indexOf('"', at)
    if (stop < 0) return { end: text.length, inside: [], open: true }
    if (text[stop + 1] !== '"') {
      const raw = text.slice(begin, stop).replaceAll('""', '"')
      return {
        content: interpolated ? raw.replace(/\{[^{}]*\}/g, '*') : raw,
        end: stop + 1,
        inside: [],
      }
    }
    at = stop + 2
  }
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', '0': '\0' }

function quoted(
  text: string,
  start: number,
  quote: string,
  style: 'dollar' | 'csharp' | undefined,
): StringRead {
  const inside: { start: number; end: number }[] = []
  let content = ''
  let at = start + quote.length
  let plain = at
  const flush = (to: number): void => {
    content += text.slice(plain, to)
  }
  while (at < text.length) {
    const char = text[at]!
    if (text.startsWith(quote, at)) {
      flush(at)
      return { content, end: at + quote.length, inside }
    }
    if (char === '\\') {
      flush(at)
      const next = text[at + 1] ?? ''
      content += escapes[next] ?? next
      at += 2
      plain = at
      continue
    }
    const opens =
      style === 'dollar' ? char === '$' && text[at + 1] === '{' : style === 'csharp' && char === '{'
    if (opens && !(style === 'csharp' && text[at + 1] === '{')) {
      const begin = at + (style === 'dollar' ? 2 : 1)
      const stop = holeEnd(text, begin)
      if (stop < 0) return { end: text.length, inside, open: true }
      flush(at)
      content += '*'
      inside.push({ start: begin, end: stop })
      at = stop + 1
      plain = at
      continue
    }
    if (style === 'csharp' && char === '{') at++
    const name =
      style === 'dollar' && char === '$' ? /^\$[A-Za-z_]\w*/.exec(text.slice(at, at + 80)) : null
    if (name) {
      flush(at)
      content += '*'
      at += name[0].length
      plain = at
      continue
    }
    at++
  }
  return { end: text.length, inside, open: true }
}

/** Index of the `}` that ends what is put in; strings in it may hold brackets. At most 500 characters. */
function holeEnd(text: string, begin: number): number {
  let depth = 1
  let inString = false
  const limit = Math.min(text.length, begin + 500)
  for (let at = begin; at < limit; at++) {
    const char = text[at]
    if (char === '\\') at++
    else if (char === '"') inString = !inString
    else if (inString) continue
    else if (char === '{') depth++
    else if (char === '}' && --depth === 0) return at
  }
  return -1
}
