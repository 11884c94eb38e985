import { PatternError } from './pattern-error.ts'

export type PatternNode =
  | { readonly kind: 'bytes'; readonly set: Uint8Array }
  | { readonly kind: 'where'; readonly where: '^' | '$' | 'b' | 'B' }
  | { readonly kind: 'all'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'any'; readonly parts: readonly PatternNode[] }
  | {
      readonly kind: 'repeat'
      readonly part: PatternNode
      readonly least: number
      readonly most: number
    }

/**
 * Reads a regular expression over the bytes of UTF-8: characters, `.`, classes, groups, `|`, `* + ? {n,m}`, `^ $ \b \B`,
 * `\d \w \s` and their opposites. Back references, look-around and lazy repetition are refused.
 * @throws PatternError
 */
export function parsePattern(source: string, ignoreCase: boolean): PatternNode {
  const parser = new Parser(Array.from(source), ignoreCase)
  const node = parser.choice(0)
  if (!parser.atEnd) throw new PatternError('it has a ")" too many')
  return node
}

export const isWordByte = (byte: number): boolean =>
  (byte >= 48 && byte <= 57) ||
  (byte >= 65 && byte <= 90) ||
  byte === 95 ||
  (byte >= 97 && byte <= 122)

class Parser {
  #at = 0
  readonly #letters: readonly string[]
  readonly #ignoreCase: boolean

  constructor(letters: readonly string[], ignoreCase: boolean) {
    this.#letters = letters
    this.#ignoreCase = ignoreCase
  }

  get atEnd(): boolean {
    return this.#at >= this.#letters.length
  }

  choice(depth: number): PatternNode {
    if (depth > 50) throw new PatternError('it is nested too deeply')
    const parts = [this.#sequence(depth)]
    while (this.#take('|')) parts.push(this.#sequence(depth))
    return parts.length === 1 ? parts[0]! : { kind: 'any', parts }
  }

  #sequence(depth: number): PatternNode {
    const parts: PatternNode[] = []
    while (!this.atEnd && this.#peek !== '|' && this.#peek !== ')') {
      parts.push(this.#repeated(this.#atom(depth)))
    }
    return { kind: 'all', parts }
  }

  #repeated(part: PatternNode): PatternNode {
    const counts = this.#counts()
    if (counts === undefined) return part
    if (part.kind === 'where') throw new PatternError('it repeats a place')
    if (this.#peek === '?') throw new PatternError('lazy repetition is not supported')
    if (/^[*+{]$/.test(this.#peek)) throw new PatternError('it repeats a repetition')
    return { kind: 'repeat', part, least: counts[0], most: counts[1] }
  }

  #counts(): readonly [number, number] | undefined {
    if (this.#take('*')) return [0, Infinity]
    if (this.#take('+')) return [1, Infinity]
    if (this.#take('?')) return [0, 1]
    const rest = this.#letters.slice(this.#at, this.#at + 12).join('')
    const match = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/.exec(rest)
    if (match === null) return undefined
    this.#at += match[0].length
    const least = Number(match[1])
    const most = match[2] === undefined ? least : Number(match[3] ?? Infinity)
    if (most < least || most === 0) throw new PatternError(`${match[0]} is no range`)
    return [least, most]
  }

  #atom(depth: number): PatternNode {
    const letter = this.#next()
    if (letter === '(') return this.#group(depth)
    if (letter === '[') return { kind: 'bytes', set: this.#folded(this.#class()) }
    if (letter === '.') return { kind: 'bytes', set: inverted(setOf([10, 13])) }
    if (letter === '^' || letter === '$') return { kind: 'where', where: letter }
    if (letter === '\\') return this.#escape()
    if (/^[*+?]$/.test(letter)) throw new PatternError(`${letter} repeats nothing`)
    return this.#literal(letter)
  }

  #group(depth: number): PatternNode {
    if (this.#take('?') && !this.#take(':')) {
      throw new PatternError('look-around and named groups are not supported')
    }
    const inner = this.choice(depth + 1)
    if (!this.#take(')')) throw new PatternError('a "(" is not closed')
    return inner
  }

  #escape(): PatternNode {
    const letter = this.#next()
    if (letter === 'b' || letter === 'B') return { kind: 'where', where: letter }
    if (/^[1-9k]$/.test(letter)) throw new PatternError('back references are not supported')
    const set = classOf(letter)
    return set === undefined ? this.#literal(escaped(letter)) : { kind: 'bytes', set }
  }

  #literal(letter: string): PatternNode {
    const parts = [...new TextEncoder().encode(letter)].map((byte): PatternNode => ({
      kind: 'bytes',
      set: this.#folded(setOf([byte])),
    }))
    return parts.length === 1 ? parts[0]! : { kind: 'all', parts }
  }

  /** What is between square brackets. */
  #class(): Uint8Array {
    const isOpposite = this.#take('^')
    const set = new Uint8Array(256)
    for (let isFirst = true; isFirst || this.#peek !== ']'; isFirst = false) {
      const low = this.#classPart(set)
      if (low === undefined || this.#peek !== '-' || this.#letters[this.#at + 1] === ']') continue
      this.#at++
      const high = this.#classPart(set)
      if (high === undefined || high < low) throw new PatternError('a range of a class is wrong')
      set.fill(1, low, high + 1)
    }
    this.#at++
    return isOpposite ? inverted(set) : set
  }

  /** Adds one character or named class; the code of a character. */
  #classPart(set: Uint8Array): number | undefined {
    let letter = this.#next()
    if (letter === '\\') {
      letter = this.#next()
      const named = classOf(letter)
      if (named !== undefined) {
        named.forEach((isIn, byte) => (set[byte]! |= isIn))
        return undefined
      }
      letter = escaped(letter)
    }
    const code = letter.codePointAt(0)!
    if (code > 127) throw new PatternError('classes can hold ASCII characters only')
    set[code] = 1
    return code
  }

  #folded(set: Uint8Array): Uint8Array {
    if (!this.#ignoreCase) return set
    for (let small = 97; small <= 122; small++) {
      if (set[small] === 1 || set[small - 32] === 1) set[small] = set[small - 32] = 1
    }
    return set
  }

  get #peek(): string {
    return this.#letters[this.#at] ?? ''
  }

  #take(letter: string): boolean {
    if (this.#peek !== letter) return false
    this.#at++
    return true
  }

  #next(): string {
    const letter = this.#letters[this.#at++]
    if (letter === undefined) throw new PatternError('it ends too early')
    return letter
  }
}

const setOf = (bytes: readonly number[]): Uint8Array => {
  const set = new Uint8Array(256)
  for (const byte of bytes) set[byte] = 1
  return set
}

const inverted = (set: Uint8Array): Uint8Array => set.map((isIn) => 1 - isIn)

const digits = setOf([48, 49, 50, 51, 52, 53, 54, 55, 56, 57])
const blanks = setOf([9, 10, 11, 12, 13, 32])
const wordBytes = Uint8Array.from({ length: 256 }, (_, byte) => (isWordByte(byte) ? 1 : 0))

function classOf(letter: string): Uint8Array | undefined {
  if (letter === 'd') return digits.slice()
  if (letter === 'w') return wordBytes.slice()
  if (letter === 's') return blanks.slice()
  if (letter === 'D') return inverted(digits)
  if (letter === 'W') return inverted(wordBytes)
  return letter === 'S' ? inverted(blanks) : undefined
}

function escaped(letter: string): string {
  const control = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', '0': '\0' }[letter]
  if (control !== undefined) return control
  if (/^[A-Za-z0-9]$/.test(letter)) throw new PatternError(`\\${letter} is not supported`)
  return letter
}
