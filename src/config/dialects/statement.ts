/** What the lexers hand to `readDotenv`: internal to this folder. */
import type { Quote } from './dotenv-entry.ts'

/** One assignment, before references in it are replaced. Offsets are in the lexer's own text. */
export interface Statement {
  key: string
  /** Without its quotes and escapes; undefined = a bare name. */
  text: string | undefined
  quote: Quote
  start: number
  end: number
}

export interface LexProblem {
  offset: number
  reason: string
}

export interface Lexed {
  statements: Statement[]
  problems: LexProblem[]
  /** The reader refuses the whole file: the last problem says why. */
  rejected: boolean
}

export function lexedNothing(): Lexed {
  return { statements: [], problems: [], rejected: false }
}

/** The reader refuses the whole file, and says so at `offset`. */
export function reject(lexed: Lexed, offset: number, reason: string): Lexed {
  lexed.problems.push({ offset, reason })
  lexed.rejected = true
  return lexed
}
