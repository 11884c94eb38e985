import type { Quote } from './dotenv-entry.ts'
import { lexedNothing } from './statement.ts'
import type { Lexed } from './statement.ts'

type State =
  | 'before-key'
  | 'key'
  | 'before-value'
  | 'value'
  | 'escape'
  | 'single'
  | 'double'
  | 'double-escape'
  | 'comment'
  | 'comment-escape'

/** `EnvironmentFile=` of systemd 254 and later (`src/basic/env-file.c`): parts in quotes and without are put together. */
export function lexSystemd(text: string): Lexed {
  return new SystemdLexer(text).run()
}

const breaks = '\n\r'
const spaces = ' \t\n\r'

class SystemdLexer {
  readonly #text: string
  readonly #lexed = lexedNothing()
  #state: State = 'before-key'
  #start = 0
  #key = ''
  #value: string[] = []
  /** How much of `#value` stays when white space at the end is taken off; escaped and quoted characters stay. */
  #kept = 0
  #quotes = new Set<Quote>()

  constructor(text: string) {
    this.#text = text
  }

  run(): Lexed {
    const nul = this.#text.indexOf('\0')
    const end = nul === -1 ? this.#text.length : nul
    if (nul !== -1)
      this.#lexed.problems.push({ offset: nul, reason: 'A NUL byte: the file is read up to it.' })
    for (let at = 0; at < end; at += 1) this.#take(this.#text[at] ?? '', at)
    const within = this.#state
    if (within === 'single' || within === 'double' || within === 'double-escape') {
      this.#lexed.problems.push({
        offset: this.#start,
        reason: 'The quote is not closed: the value ends with the file.',
      })
    }
    if (!['before-key', 'key', 'comment', 'comment-escape'].includes(within)) {
      this.#push(end, within === 'value')
    } else if (within === 'key') this.#ignored()
    return this.#lexed
  }

  #take(character: string, at: number): void {
    const state: string = this.#state
    switch (state) {
      case 'before-key':
        if ('#;'.includes(character)) this.#state = 'comment'
        else if (!spaces.includes(character)) {
          this.#state = 'key'
          this.#start = at
          this.#key = character
        }
        return
      case 'key':
        if (breaks.includes(character)) {
          this.#ignored()
          this.#state = 'before-key'
        } else if (character === '=') {
          this.#state = 'before-value'
          this.#value = []
          this.#kept = 0
          this.#quotes.clear()
        } else this.#key += character
        return
      case 'comment':
        if (character === '\\') this.#state = 'comment-escape'
        else if (breaks.includes(character)) this.#state = 'before-key'
        return
      case 'comment-escape':
        this.#state = breaks.includes(character) ? 'before-key' : 'comment'
        return
      default:
        this.#takeOfValue(character, at)
    }
  }

  #takeOfValue(character: string, at: number): void {
    const state: string = this.#state
    switch (state) {
      case 'before-value':
        if (breaks.includes(character)) this.#push(at, false)
        else if (character === "'") this.#state = 'single'
        else if (character === '"') this.#state = 'double'
        else if (character === '\\') this.#state = 'escape'
        else if (!spaces.includes(character)) {
          this.#state = 'value'
          this.#add(character, 'none')
        }
        return
      case 'value':
        if (breaks.includes(character)) this.#push(at, true)
        else if (character === '\\') {
          this.#state = 'escape'
          this.#kept = this.#value.length
        } else if (spaces.includes(character)) this.#value.push(character)
        else this.#add(character, 'none')
        return
      case 'escape':
        this.#state = 'value'
        if (!breaks.includes(character)) this.#add(character, 'none', spaces.includes(character))
        return
      case 'single':
        if (character === "'") this.#closed('single')
        else this.#add(character, 'single')
        return
      case 'double':
        if (character === '"') this.#closed('double')
        else if (character === '\\') this.#state = 'double-escape'
        else this.#add(character, 'double')
        return
      default:
        this.#state = 'double'
        if ('"\\`$'.includes(character)) this.#add(character, 'double')
        else if (character !== '\n') {
          this.#add('\\', 'double')
          this.#add(character, 'double')
        }
    }
  }

  #closed(quote: Quote): void {
    this.#quotes.add(quote)
    this.#state = 'before-value'
  }

  #add(character: string, quote: Quote, escapedSpace = false): void {
    this.#quotes.add(quote)
    this.#value.push(character)
    // an escaped space is kept unless nothing but more white space follows it
    if (!escapedSpace || this.#kept < this.#value.length) this.#kept = this.#value.length
  }

  #push(end: number, trim: boolean): void {
    const text = (trim ? this.#value.slice(0, this.#kept) : this.#value).join('')
    const [only] = this.#quotes
    const quote: Quote = this.#quotes.size > 1 ? 'mixed' : (only ?? 'none')
    const key = this.#key.replace(/[ \t]+$/, '')
    this.#state = 'before-key'
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
      this.#lexed.statements.push({ key, text, quote, start: this.#start, end })
      return
    }
    this.#lexed.problems.push({
      offset: this.#start,
      reason: 'This is not a name of a variable: it is ignored.',
    })
  }

  #ignored(): void {
    this.#lexed.problems.push({
      offset: this.#start,
      reason: 'No `=` on this line: it is ignored.',
    })
  }
}
