import type { FileFacts } from './file-facts.ts'

/** To a thread: files, each with the place of its collector in the list of collectors. */
export interface FactsTask {
  files: { index: number; collector: number; path: string; text: string }[]
}

/** From a thread: it begins with a file, has its facts, or has done all of a task. */
export type FactsMessage =
  | { kind: 'begins'; index: number }
  | { kind: 'facts'; index: number; facts: FileFacts }
  | { kind: 'done' }
