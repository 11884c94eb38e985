/** One word of a POSIX shell as far as it can be told without running anything. Used by `lex-shell.ts` alone. */
import type { Quote } from './dotenv-entry.ts'
import { Refused, Unknowable } from './scope.ts'
import type { Scope } from './scope.ts'

export interface ShellWord {
  text: string
  /** Set where the value depends on something that is not told. */
  unknown?: Unknowable
  quotes: Set<Quote>
  /** A substitution that bash refuses: the line is then left, the next one is read. */
  bad?: boolean
  end: number
}

const deepest = 100
const endOfWord = /[ \t\n;&|<>()]/

/** Reads from `start` to the end of the word; with `until`, to that character (inside `${…}`). */
export function readShellWord(text: string, start: number, scope: Scope): ShellWord {
  return new WordReader(text, scope).read(start, undefined, false, 0)
}

class WordReader {
  readonly #text: string
  readonly #scope: Scope

  constructor(text: string, scope: Scope) {
    this.#text = text
    this.#scope = scope
  }

  read(start: number, until: '}' | undefined, inDouble: boolean, depth: number): ShellWord {
    if (depth > deepest) throw new Refused('References are nested too deeply.')
    const word: ShellWord = { text: '', quotes: new Set(), end: start }
    const parts: string[] = []
    let at = start
    let double = inDouble
    while (at < this.#text.length) {
      const character = this.#text[at] ?? ''
      if (character === until && double === inDouble) break
      if (until === undefined && !double && endOfWord.test(character)) break
      if (character === '\\') {
        at = this.#escape(at, double, parts)
      } else if (character === "'" && !double) {
        const close = this.#text.indexOf("'", at + 1)
        if (close === -1) throw new Refused('The quote is not closed.')
        parts.push(this.#text.slice(at + 1, close))
        word.quotes.add('single')
        at = close + 1
      } else if (character === '"') {
        word.quotes.add('double')
        double = !double
        at += 1
      } else if (character === '`') {
        const close = this.#text.indexOf('`', at + 1)
        if (close === -1) throw new Refused('The command is not closed.')
        word.unknown ??= commandRun()
        at = close + 1
      } else if (character === '$') {
        at = this.#dollar(at, double, depth, word, parts)
      } else {
        if (!double) word.quotes.add('none')
        parts.push(character)
        at += 1
      }
    }
    if (double !== inDouble) throw new Refused('The quote is not closed.')
    if (until !== undefined && this.#text[at] !== until)
      throw new Refused('A reference is not closed.')
    word.text = parts.join('')
    word.end = at
    this.#scope.spend(at - start)
    return word
  }

  #escape(at: number, double: boolean, parts: string[]): number {
    const next = this.#text[at + 1] ?? ''
    if (next === '\n') return at + 2
    if (double && !'$`"\\'.includes(next)) parts.push('\\')
    else if (next === '') parts.push('\\')
    parts.push(next)
    return at + 1 + next.length
  }

  #dollar(at: number, double: boolean, depth: number, word: ShellWord, parts: string[]): number {
    const next = this.#text[at + 1] ?? ''
    if (!double && next === "'") {
      const ansi = /\$'((?:\\[^]|[^'\\])*)'/y
      ansi.lastIndex = at
      const match = ansi.exec(this.#text)
      if (match === null) throw new Refused('The quote is not closed.')
      word.quotes.add('single')
      if (/\\[^abefnrtv\\'"?]/.test(match[1] ?? ''))
        word.unknown ??= new Unknowable('It is written with escapes that are not read here.')
      parts.push(
        (match[1] ?? '').replace(
          /\\([^])/g,
          (_all, letter: string) => ansiEscapes[letter] ?? letter,
        ),
      )
      return at + match[0].length
    }
    if (!double && next === '"') return at + 1
    if (next === '(') {
      word.unknown ??= commandRun()
      return this.#afterCommand(at + 2)
    }
    if (next === '{') return this.#braced(at, double, depth, word, parts)
    const name = nameAt(this.#text, at + 1)
    if (name !== '') {
      parts.push(this.#value(name, word))
      return at + 1 + name.length
    }
    if (/[0-9$?!@*#_-]/.test(next)) {
      word.unknown ??= new Unknowable('It depends on the process that reads it.')
      return at + 2
    }
    parts.push('$')
    return at + 1
  }

  #value(name: string, word: ShellWord): string {
    try {
      return this.#scope.bounded(this.#scope.lookUp(name, 'file') ?? this.#scope.missing(name))
    } catch (error) {
      if (!(error instanceof Unknowable)) throw error
      word.unknown ??= error
      return ''
    }
  }

  #braced(at: number, double: boolean, depth: number, word: ShellWord, parts: string[]): number {
    const name = nameAt(this.#text, at + 2)
    const after = at + 2 + name.length
    const operator = /:?[-+?=]/y
    operator.lastIndex = after
    const [sign] = operator.exec(this.#text) ?? []
    if (name !== '' && this.#text[after] === '}') {
      parts.push(this.#value(name, word))
      return after + 1
    }
    if (name === '' || sign === undefined) {
      const next = this.#text[after] ?? ''
      if (!(name === '' ? /[#!0-9@*?$-]/ : /[:%#/^,@[]/).test(next)) word.bad = true
      word.unknown ??= new Unknowable('It is made by an expansion that is not read here.')
      return this.read(after, '}', double, depth + 1).end + 1
    }
    const other = this.read(after + sign.length, '}', double, depth + 1)
    if (other.bad === true) word.bad = true
    this.#choose({ name, sign, other }, word, parts)
    return other.end + 1
  }

  #choose(
    { name, sign, other }: { name: string; sign: string; other: ShellWord },
    word: ShellWord,
    parts: string[],
  ): void {
    let value: string | undefined
    try {
      value = this.#scope.lookUp(name, 'file')
    } catch (error) {
      if (!(error instanceof Unknowable)) throw error
      word.unknown ??= error
      return
    }
    const counts = value !== undefined && (!sign.startsWith(':') || value !== '')
    const takesOther = sign.endsWith('+') ? counts : !counts
    if (!takesOther) {
      parts.push(sign.endsWith('+') ? '' : this.#scope.bounded(value ?? ''))
      return
    }
    if (sign.endsWith('?')) {
      if (value === undefined) this.#value(name, word)
      if (word.unknown !== undefined) return
      throw new Refused(`The required variable ${name} is missing.`)
    }
    if (other.unknown !== undefined) word.unknown ??= other.unknown
    else parts.push(other.text)
    if (sign.endsWith('=')) this.#scope.file.set(name, other.unknown ?? other.text)
  }

  /** The end of `$(…)`: parentheses are counted, quotes are stepped over. */
  #afterCommand(from: number): number {
    let open = 1
    for (let at = from; at < this.#text.length; at += 1) {
      const character = this.#text[at]
      if (character === '\\') at += 1
      else if (character === "'" || character === '"') {
        const close = this.#text.indexOf(character, at + 1)
        if (close === -1) break
        at = close
      } else if (character === '(') open += 1
      else if (character === ')') {
        open -= 1
        if (open === 0) return at + 1
      }
    }
    throw new Refused('The command is not closed.')
  }
}

const ansiEscapes: Record<string, string> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

function commandRun(): Unknowable {
  return new Unknowable('It is what a command prints, and commands are never run here.')
}

const namePart = /[A-Za-z_][A-Za-z0-9_]*/y

function nameAt(text: string, at: number): string {
  namePart.lastIndex = at
  return namePart.exec(text)?.[0] ?? ''
}
