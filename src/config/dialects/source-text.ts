/**
 * A text with its line breaks made the way a reader makes them, and the way back to the text as it was given.
 * Breaks of the given text are `\n`, `\r\n` and a lone `\r`.
 */
export class SourceText {
  readonly text: string
  readonly #original: string
  /** Offset in the original by offset in `text`; undefined = the same. */
  readonly #origin: Uint32Array | undefined
  readonly #lineStarts: number[] = [0]

  /** `breaks`: `kept`; `\r\n` and `\r` made `\n`; or every `\r` removed. A byte order mark stays where it is. */
  constructor(original: string, breaks: 'kept' | 'normalised' | 'returns-removed') {
    this.#original = original
    for (let at = 0; at < original.length; at += 1) {
      const code = original.charCodeAt(at)
      if (code === 10 || (code === 13 && original.charCodeAt(at + 1) !== 10)) {
        this.#lineStarts.push(at + 1)
      }
    }
    if (breaks === 'kept' || !original.includes('\r')) {
      this.text = original
      return
    }
    this.text =
      breaks === 'normalised' ? original.replace(/\r\n?/g, '\n') : original.replaceAll('\r', '')
    this.#origin = origins(original, this.text.length, breaks === 'normalised')
  }

  /** Offset in the text as given. */
  originOf(offset: number): number {
    if (this.#origin === undefined) return offset
    return this.#origin[offset] ?? this.#original.length
  }

  /** Line and column, from 1, of an offset in `text`. */
  placeOf(offset: number): { line: number; column: number } {
    const origin = this.originOf(offset)
    let low = 0
    let high = this.#lineStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#lineStarts[middle] ?? 0) <= origin) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: origin - (this.#lineStarts[low] ?? 0) + 1 }
  }
}

function origins(original: string, length: number, loneBreaks: boolean): Uint32Array {
  const origin = new Uint32Array(length + 1)
  let to = 0
  for (let at = 0; at < original.length; at += 1) {
    const isReturn = original.charCodeAt(at) === 13
    if (isReturn && (!loneBreaks || original.charCodeAt(at + 1) === 10)) continue
    origin[to] = at
    to += 1
  }
  origin[to] = original.length
  return origin
}
