/** One language's part of the scanner. */
import type { Node } from 'web-tree-sitter'
import type { Language } from '../key-read.ts'
import type { FileFacts } from './file-facts.ts'

/** Names of the grammars' wasm files, without `tree-sitter-` and `.wasm`. */
export type Grammar =
  | 'javascript'
  | 'typescript'
  | 'tsx'
  | 'python'
  | 'go'
  | 'java'
  | 'ruby'
  | 'php'

export interface SourceFile {
  /** Relative to the root of the repository, with forward slashes. */
  path: string
  text: string
  /** The root of the syntax tree; null where the language has no grammar here. It is gone when `collect` returns. */
  root: Node | null
}

/** Pure: the same file gives the same facts. */
export interface Collector {
  language: Language
  /** Raised when the facts of an unchanged file may differ from what an older version found: kept facts are then dropped. */
  version: number
  /** Whether the file is of this language, by its path; the first collector that takes a file gets it. */
  takes(path: string): boolean
  /** By path, since TypeScript has two; null = the collector reads the text itself. */
  grammar(path: string): Grammar | null
  /** What the grammar is given instead of the text: of the same length and lines, with blanks for what is not of it. */
  prepare?(path: string, text: string): string
  /** A cheap look at the text: false = it cannot say anything about configuration, and is not parsed. */
  mayMatter(text: string): boolean
  collect(file: SourceFile): FileFacts
}
