import type { Quote } from './dotenv-entry.ts'
import { Refused, Unknowable } from './scope.ts'
import type { Scope } from './scope.ts'
import { readShellWord } from './shell-word.ts'
import type { ShellWord } from './shell-word.ts'
import type { LexProblem } from './statement.ts'

export interface ShellAssignment {
  key: string
  /** undefined = `unset`, or an `export` of a name that has no value. */
  value: string | Unknowable | undefined
  quote: Quote
  start: number
  end: number
  exported: boolean
}

export interface LexedShell {
  assignments: ShellAssignment[]
  problems: LexProblem[]
}

/**
 * Assignments of a script that is sourced, without running anything: `A=1`, `export`, `declare`, `readonly`, `unset`,
 * `set -a`. What a command or a condition decides is unknown. Stops where a shell would stop: at an open quote or a bad
 * substitution.
 */
export function lexShell(text: string, scope: Scope): LexedShell {
  return new ShellReader(text, scope).run()
}

const assignment = /^([A-Za-z_][A-Za-z0-9_]*)(\+?)=/
const declares = new Set(['export', 'declare', 'typeset', 'readonly', 'local'])
const opens = new Set(['if', 'for', 'while', 'until', 'case', 'select', '{', 'function'])
const closes = new Set(['fi', 'done', 'esac', '}'])

interface Word extends ShellWord {
  start: number
  /** As written. */
  raw: string
  /** `A=(…)`. */
  list: boolean
  /** A reference to nothing stood before it: it is the command's name, or an argument, whatever it looks like. */
  plain: boolean
}

const madeAssignment = /^([A-Za-z_]\w*)=([^]*)$/

class ShellReader {
  readonly #text: string
  readonly #scope: Scope
  readonly #assignments: ShellAssignment[] = []
  readonly #problems: LexProblem[] = []
  readonly #exportedNames = new Set<string>()
  #exportsAll = false
  #conditions = 0
  #conditional = false
  /** The rest of the line is not run. */
  #leaving = false

  constructor(text: string, scope: Scope) {
    this.#text = text
    this.#scope = scope
  }

  run(): LexedShell {
    let at = 0
    try {
      while (at < this.#text.length) at = this.#command(at)
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unknowable)) throw error
      this.#problems.push({ offset: at, reason: `${error.message} Nothing from here on is read.` })
    }
    return { assignments: this.#assignments, problems: this.#problems }
  }

  /** One simple command and the operator behind it. */
  #command(from: number): number {
    const words: Word[] = []
    let plain = false
    let at = from
    for (;;) {
      at = this.#skipBlank(at)
      const character = this.#text[at]
      if (character === undefined || '\n;&|()<>'.includes(character)) break
      if (character === '#') {
        at = this.#lineEnd(at)
        break
      }
      const start = at
      const word = readShellWord(this.#text, at, this.#scope)
      at = word.end
      const raw = this.#text.slice(start, at)
      const list = raw.endsWith('=') && this.#text[at] === '(' && assignment.test(raw)
      if (list) at = this.#closing(at)
      // a reference to nothing, without quotes, is no word
      const nothing =
        word.bad !== true &&
        word.text === '' &&
        word.quotes.size === 0 &&
        word.unknown === undefined
      if (nothing) plain = true
      else words.push({ ...word, start, raw, list, plain })
    }
    const operator = /\|\||&&|\|&?|&|;;?|[<>()]+|\n/y
    operator.lastIndex = at
    const sign = operator.exec(this.#text)?.[0] ?? ''
    if (sign.startsWith('<<') && !sign.startsWith('<<<'))
      throw new Refused('A here-document is not read.')
    if (words.some((word) => word.bad === true)) {
      this.#note(words[0] ?? { start: from }, 'A bad substitution: the line is left there.')
      this.#leaving = true
    }
    if (!this.#leaving) this.#run(words, sign)
    if (sign === '\n') this.#leaving = false
    this.#conditional = sign === '&&' || sign === '||' || (this.#conditional && /^[<>]/.test(sign))
    return at + sign.length
  }

  #run(all: readonly Word[], sign: string): void {
    // assignments before a command hold for that command only
    const command = all.findIndex((word) => word.plain || !assignment.test(word.raw))
    const words = command === -1 ? all : all.slice(command)
    const first = words[0]
    // behind an assignment or a reference the words of the language are names of commands
    const reserved = command === 0 && first?.plain === false
    if (first === undefined) {
      if (sign.includes('(')) this.#conditions += 1
      if (sign.includes(')') && this.#conditions > 0) this.#conditions -= 1
      return
    }
    if (reserved && closes.has(first.raw)) {
      if (this.#conditions === 0) throw new Refused('A word that closes nothing.')
      this.#conditions -= 1
      return
    }
    if (reserved && opens.has(first.raw)) {
      this.#conditions += 1
      this.#note(first, 'What a condition or a loop sets is not known.')
      return
    }
    if (reserved && ['then', 'else', 'do', 'elif'].includes(first.raw)) {
      this.#run(words.slice(1), sign)
      return
    }
    const apart = sign === '|' || sign === '|&' || sign === '&'
    if (apart) return
    if (command === -1) {
      for (const word of words) this.#assign(word, word.start, false)
    } else if (declares.has(first.raw)) this.#declare(words, first)
    else if (first.raw === 'unset') {
      for (const word of words.slice(1))
        this.#set(word.text, undefined, { ...word, start: first.start }, false)
    } else if (first.raw === 'set') {
      const options = words.slice(1).map((word) => word.text)
      if (options.some((text) => /^-[a-z]*a/.test(text)) || /-o allexport/.test(options.join(' ')))
        this.#exportsAll = true
      if (
        options.some((text) => /^\+[a-z]*a/.test(text)) ||
        /\+o allexport/.test(options.join(' '))
      )
        this.#exportsAll = false
    } else this.#note(first, 'This is a command: it is not run, and what it sets is not known.')
  }

  #declare(words: readonly Word[], first: Word): void {
    const options = words
      .slice(1)
      .filter((word) => word.raw.startsWith('-'))
      .map((word) => word.text)
      .join('')
    const exported = first.raw === 'export' ? !options.includes('n') : options.includes('x')
    for (const word of words.slice(1)) {
      if (assignment.test(word.raw)) this.#assign(word, first.start, exported)
      else if (/^[A-Za-z_]\w*$/.test(word.raw)) {
        const known = this.#assignments.findLast((entry) => entry.key === word.raw)
        this.#exportedNames.add(word.raw)
        if (known !== undefined && exported) known.exported = true
        else if (exported) this.#bare(word, first.start)
      } else if (word.unknown === undefined && madeAssignment.test(word.text)) {
        // what quotes or references made of it counts
        const [, key = '', value = ''] = madeAssignment.exec(word.text) ?? []
        this.#set(key, value, { ...word, start: first.start }, exported)
      } else if (!word.raw.startsWith('-'))
        this.#note(word, 'This is not a name of a variable: it is ignored.')
    }
  }

  /** `export NAME` of a name that the text does not set: it keeps what the environment gives it. */
  #bare(word: Word, start: number): void {
    const given = this.#scope.environment
    const value =
      given === undefined
        ? new Unknowable('It is taken from the environment.')
        : given.get(word.raw)
    this.#assignments.push({
      key: word.raw,
      value,
      quote: 'none',
      start,
      end: word.end,
      exported: true,
    })
  }

  #assign(word: Word, start: number, exported: boolean): void {
    const [head, key = '', append] = assignment.exec(word.raw) ?? []
    // what `export A=1 B=$A` hands over is made before it runs, `A=1 B=$A` goes from left to right
    const from = word.start + (head?.length ?? 0)
    const written = exported ? undefined : readShellWord(this.#text, from, this.#scope)
    const made = written ?? { ...word, text: word.text.slice(head?.length ?? 0) }
    let value: string | Unknowable = made.unknown ?? made.text
    if (word.list) value = new Unknowable('It is a list of the shell.')
    const raw = word.raw.slice(head?.length ?? 0)
    if (typeof value === 'string' && /^~|:~/.test(raw))
      value = new Unknowable('It depends on a home folder.')
    if (typeof value === 'string' && append === '+') {
      try {
        value = (this.#scope.lookUp(key, 'file') ?? this.#scope.missing(key)) + value
      } catch (error) {
        if (!(error instanceof Unknowable)) throw error
        value = error
      }
    }
    this.#set(key, value, { ...word, quotes: made.quotes, start }, exported)
  }

  #set(key: string, value: string | Unknowable | undefined, word: Word, exported: boolean): void {
    let given = value
    if (this.#conditions > 0 || this.#conditional)
      given = new Unknowable('It is set under a condition.')
    if (given === undefined) this.#scope.file.delete(key)
    else this.#scope.file.set(key, given)
    if (exported || this.#exportsAll) this.#exportedNames.add(key)
    const [only] = word.quotes
    const quote: Quote = word.quotes.size > 1 ? 'mixed' : (only ?? 'none')
    const { start, end } = word
    this.#assignments.push({
      key,
      value: given,
      quote,
      start,
      end,
      exported: this.#exportedNames.has(key),
    })
  }

  #note(word: { start: number }, reason: string): void {
    this.#problems.push({ offset: word.start, reason })
  }

  #skipBlank(from: number): number {
    let at = from
    for (;;) {
      if (this.#text[at] === ' ' || this.#text[at] === '\t') at += 1
      else if (this.#text.startsWith('\\\n', at)) at += 2
      else return at
    }
  }

  #lineEnd(from: number): number {
    const end = this.#text.indexOf('\n', from)
    return end === -1 ? this.#text.length : end
  }

  #closing(from: number): number {
    const close = this.#text.indexOf(')', from)
    if (close === -1) throw new Refused('A list is not closed.')
    return close + 1
  }
}
