import type { ReadTier, Language } from '../../../key-read.ts'
import type { FactImport, FileFacts } from '../../file-facts.ts'
import type { Call, Range } from './calls.ts'
import type { ClassScope, DeclarationStyle, FunctionScope } from './scopes.ts'
import type { Lexicon, Token } from './tokens.ts'

/** One file as its tokens and what they declare. */
export interface CurlyFile {
  path: string
  text: string
  tokens: readonly Token[]
  functions: readonly FunctionScope[]
  classes: readonly ClassScope[]
  constants: ReadonlyMap<string, string>
  calls: readonly Call[]
  /** Local names of the environment itself. */
  aliases: ReadonlySet<string>
}

/** A call that asks the environment. */
export interface Lookup {
  key: Range
  default?: Range
  tier: ReadTier
  /** The mechanism leaves no doubt, so that lower case is a key too. */
  certain?: boolean
  required?: boolean
  /** From what is asked for to the name in the environment; undefined = it is none. */
  named?: (asked: string) => string | undefined
}

/** What differs between languages with curly brackets. */
export interface CurlySpec {
  language: Language
  lexicon: Lexicon
  style: DeclarationStyle
  lookup(call: Call, file: CurlyFile): Lookup | undefined
  /** Index behind an expression that is the whole environment and begins at `at`, or -1. */
  environmentAt(tokens: readonly Token[], at: number): number
  namespace(tokens: readonly Token[], path: string): string | undefined
  imports(tokens: readonly Token[]): FactImport[]
  /** Macros, as the tokens they become. */
  expand?(tokens: Token[]): Token[]
  /** Everything that is not a call: annotations, settings classes, macros. */
  more?(file: CurlyFile, facts: FileFacts): void
}

export const maxFacts = 20_000

const memos = new WeakMap<CurlyFile, Map<string, unknown>>()

/** Computed once for a file, so that a question that every call asks does not cost the file's length each time. */
export function once<Answer>(file: CurlyFile, name: string, compute: () => Answer): Answer {
  const memo = memos.get(file) ?? new Map<string, unknown>()
  memos.set(file, memo)
  if (!memo.has(name)) memo.set(name, compute())
  return memo.get(name) as Answer
}
