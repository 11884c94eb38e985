import { grown } from './columns.ts'
import { sameRange } from './interner.ts'

/**
 * The KeyValue that was last read for each key of a request, so that bytes which occur again are compared and not read
 * again. Spans of one kind have the same keys in the same order: which key comes next is guessed from which one came next
 * the last time. Everything lies in one array, eight numbers a key.
 */
export class KeyValueMemo {
  /** What `match` found: the key, and where the whole KeyValue is the same its value, as in `WireValue`. */
  key = 0
  type = 0
  low = 0
  high = 0
  isWhole = false
  #entries = new Uint32Array(32 * entrySize)
  /** The key that was read last. */
  #last = 0

  /**
   * Compares the range with the KeyValue that is expected there.
   * @returns the length of the key's field where that is the same, else 0; `isWhole` says whether the rest is the same, too
   */
  match(view: DataView, start: number, end: number): number {
    this.isWhole = false
    const entries = this.#entries
    const guess = entries[this.#last * entrySize + following]!
    const at = guess * entrySize
    const keyLength = entries[at + keyFieldLength]!
    const before = entries[at + offset]!
    if (keyLength === 0 || start + keyLength > end) return 0
    if (!sameRange(view, before, start, keyLength)) return 0
    this.key = guess
    const total = end - start
    if (entries[at + length] !== total) return keyLength
    if (!sameRange(view, before + keyLength, start + keyLength, total - keyLength)) return keyLength
    this.type = entries[at + valueType]!
    this.low = entries[at + valueLow]!
    this.high = entries[at + valueHigh]!
    this.#last = guess
    this.isWhole = true
    return keyLength
  }

  /**
   * Notes which key was read, and, where its field comes first, the whole KeyValue.
   * @param keyEnd where the key's field ends; 0 where it does not come first
   */
  add(
    from: {
      readonly key: number
      readonly type: number
      readonly low: number
      readonly high: number
    },
    start: number,
    keyEnd: number,
    end: number,
  ): void {
    const { key } = from
    if (key >= mostKeys) return
    const needed = (key + 1) * entrySize
    if (needed > this.#entries.length) this.#entries = grown(this.#entries, needed)
    const entries = this.#entries
    const at = key * entrySize
    entries[this.#last * entrySize + following] = key
    this.#last = key
    if (keyEnd === 0) {
      entries[at + keyFieldLength] = 0
      return
    }
    entries[at + offset] = start
    entries[at + keyFieldLength] = keyEnd - start
    entries[at + length] = end - start
    entries[at + valueType] = from.type
    entries[at + valueLow] = from.low
    entries[at + valueHigh] = from.high
  }
}

const entrySize = 8
const mostKeys = 4096
const [offset, keyFieldLength, length, valueType, valueLow, valueHigh, following] = [
  0, 1, 2, 3, 4, 5, 6,
] as const
