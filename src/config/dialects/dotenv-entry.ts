/** What a dotenv text says under one dialect. */
import type { BindingState } from '../binding.ts'
import type { SealedValue } from '../sealed-value.ts'

/** Quotes around the whole value; `mixed`: only parts of it are quoted, or by more than one kind. */
export type Quote = 'none' | 'single' | 'double' | 'backtick' | 'mixed'

export interface DotenvEntry {
  key: string
  /** `unset`: the name stands there without a value, and this reader sets nothing. */
  state: Exclude<BindingState, 'reference'>
  /** With `set` and `empty`. */
  value?: SealedValue
  /** With `unknown`: why, in one sentence, without any value. */
  detail?: string
  quote: Quote
  /** From 1, of the first character of the statement (`export` is part of it). */
  line: number
  /** From 1, in UTF-16 code units. */
  column: number
  /** The statement in the text as given: [start, end) in UTF-16 code units. */
  start: number
  end: number
  /** False where another entry of the same key is the one that counts. */
  effective: boolean
  /** Of the shell: false where the variable is set but not handed to other programs. */
  exported: boolean
}

export interface DotenvProblem {
  line: number
  column: number
  /** One sentence, without any value. */
  reason: string
}

export interface DotenvRead {
  /** In the order of the text. */
  entries: DotenvEntry[]
  problems: DotenvProblem[]
  /** True where the reader refuses the whole file: nothing of it is set, and `entries` is empty. */
  rejected: boolean
}
