import type { Signal } from '../signal.ts'
import type { ColumnBatch } from './column-batch.ts'
import type { Tally } from './tally.ts'
import type { TimeWords } from './time-words.ts'

export function decodeJson(
  _s: Signal,
  _b: Uint8Array,
  _c: ColumnBatch,
  _t: Tally,
  _n: TimeWords,
): void {}
