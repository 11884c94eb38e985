import type { Arena } from '../../otlp/arena.ts'
import { atBit, digitBit, first, isAnchor, narrowBits, second } from './anchor-tables.ts'

/** Blocks of so many bytes are marked as a whole, as a power of two. */
const blockBits = 6

/**
 * Finds out quickly where in the bytes of a request secrets may be: names such as "password", beginnings of well-known
 * tokens, long runs of digits, "@" in URLs. It may say yes where there is nothing; it never says no where one of the
 * default rules would find something.
 */
export class AnchorScan {
  #marks = new Uint8Array(1024)
  #buffer: Buffer = noBytes
  #from = 0
  #to = 0
  #any = false
  #all = false
  /** Windows that looked like an anchor and were none. */
  #wrong = 0
  /** The last "@", where its look-back ended, and what that found. */
  #lastAt = -1
  #lastAtInUrl = false

  /** Whether anything was marked. */
  get any(): boolean {
    return this.#any
  }

  /** Looks at the bytes from `from` to before `to`; forgets what it found before. */
  scan(arena: Arena, from: number, to: number, extra: readonly Buffer[] = []): void {
    if (this.#any) this.#marks.fill(0, 0, blockOf(this.#to - this.#from) + 2)
    this.#any = this.#all = false
    this.#from = from
    this.#to = to
    this.#wrong = 0
    this.#lastAt = -1
    const { buffer } = arena.bytes
    this.#buffer = Buffer.from(buffer)
    const pairs = new Uint16Array(buffer, 0, buffer.byteLength >>> 1)
    const end = (to + 1) >>> 1
    let at = (from >>> 1) + 1
    while ((at = nextWindow(pairs, at, end, first, second)) < end) {
      const last = pairs[at - 1]!
      const pair = pairs[at]!
      let bits = first[last]! & second[pair]!
      if ((bits & narrowBits) !== 0 && !isAnchor(last | (pair << 16))) bits &= ~narrowBits
      if ((bits & digitBit) !== 0 && !areDigits(pairs, at)) bits &= ~digitBit
      at = bits === 0 ? at + 1 : Math.max((this.#look(at * 2 - 2, bits) >>> 1) + 1, at + 1)
    }
    for (const text of extra) this.#markEvery(text)
    this.#buffer = noBytes
  }

  /** Whether a range may hold a secret. */
  touches(offset: number, length: number): boolean {
    if (!this.#any || offset < this.#from || offset >= this.#to) return false
    if (this.#all) return true
    const last = blockOf(offset + length - this.#from)
    for (let block = blockOf(offset - this.#from); block <= last; block++) {
      if (this.#marks[block] === 1) return true
    }
    return false
  }

  /** Looks closer at a window; returns where to go on. */
  #look(at: number, bits: number): number {
    if ((bits & atBit) !== 0) this.#lookAtUrl(at)
    if ((bits & ~(digitBit | atBit)) !== 0 && !this.#isMarked(at)) this.#lookAtAnchor(at)
    return (bits & digitBit) === 0 ? at : this.#lookAtDigits(at)
  }

  #lookAtAnchor(at: number): void {
    const start = Math.max(at - 16, this.#from)
    const text = this.#buffer.toString('latin1', start, Math.min(at + 14, this.#to))
    if (anchor.test(text)) this.#mark(at)
    else if (++this.#wrong > 4096 + ((this.#to - this.#from) >>> 9)) {
      // a text made to look suspicious: cheaper to look at all of it
      this.#any = this.#all = true
    }
  }

  /** Marks a run of digits that may be a card number. It may have begun one byte before the window. */
  #lookAtDigits(at: number): number {
    const bytes = this.#buffer
    let digits = 0
    let blanks = 0
    let end = at
    for (; end < this.#to && blanks < 2; end++) {
      const byte = bytes[end]!
      if (byte >= 48 && byte <= 57) {
        digits++
        blanks = 0
      } else if (byte === 32 || byte === 45) blanks++
      else break
    }
    if (digits >= 12) {
      for (let i = at; i < end; i += 1 << blockBits) this.#mark(i)
      this.#mark(end - 1)
    }
    return Math.max(end - 6, at)
  }

  /** Marks an "@" that ends the user information of a URL. */
  #lookAtUrl(window: number): void {
    const bytes = this.#buffer
    const at = bytes[window + 2] === 64 ? window + 2 : window + 3
    if (at >= this.#to || at <= this.#lastAt) return
    // user:password@tcp(host)
    let isInUrl = bytes[at + 4] === 40 || bytes[at + 5] === 40
    const stop = Math.max(this.#from - 1, at - 900, this.#lastAt)
    let i = at - 1
    for (; i > stop && !endsLookBack(bytes[i]!); i--);
    if (i > stop) isInUrl ||= bytes[i] === 47 && bytes[i - 1] === 47 && bytes[i - 2] === 58
    // nothing since the last "@" that ends a URL: what was found for that one holds for this one
    else if (stop === this.#lastAt) isInUrl ||= this.#lastAtInUrl
    this.#lastAt = at
    this.#lastAtInUrl = isInUrl
    if (isInUrl) this.#mark(at)
  }

  #markEvery(text: Buffer): void {
    const bytes = this.#buffer.subarray(0, this.#to)
    for (let at = bytes.indexOf(text, this.#from); at >= 0;) {
      this.#mark(at)
      // on to the next block
      at = bytes.indexOf(text, this.#from + ((blockOf(at - this.#from) + 1) << blockBits))
    }
  }

  #isMarked(at: number): boolean {
    return this.#all || this.#marks[blockOf(at - this.#from)] === 1
  }

  #mark(at: number): void {
    const block = blockOf(Math.max(at - this.#from, 0))
    if (block >= this.#marks.length) {
      const marks = new Uint8Array(Math.max(block + 2, blockOf(this.#to - this.#from) + 4))
      marks.set(this.#marks)
      this.#marks = marks
    }
    this.#marks[block] = 1
    this.#any = true
  }
}

const noBytes = Buffer.alloc(0)

/** A slash, a quote or a blank: what user information cannot contain. */
const endsLookBack = (byte: number): boolean =>
  byte === 47 || byte <= 32 || byte === 34 || byte === 39

/** The second pair of the next window, from `at` on, that has something in common with an anchor. */
function nextWindow(
  pairs: Uint16Array,
  at: number,
  end: number,
  first: Uint16Array,
  second: Uint16Array,
): number {
  let before = first[pairs[at - 1]!]!
  for (let i = at; i < end; i++) {
    const pair = pairs[i]!
    if ((before & second[pair]!) !== 0) return i
    before = first[pair]!
  }
  return end
}

/** Whether the six bytes after a window may go on with a number of a card. */
const areDigits = (pairs: Uint16Array, at: number): boolean =>
  (second[pairs[at + 1]!]! & second[pairs[at + 2]!]! & second[pairs[at + 3]!]! & digitBit) !== 0

const blockOf = (distance: number): number => distance >>> blockBits

/** The anchors again, exactly. */
const anchor =
  /earer[=:"'\\\s%+]|asic[\s%+]|sswor|asswd|assph|asscod|(?:pwd|token|jwt|secrets?|cookies?|creds|cvv|cvc)(?:[=:"'%\\\s\d]|[_.-][vhrtspbe])|(?:api|access|account|secret|signing|encryption|private)[^a-z]{0,2}key[=:"'%\\\s]|(?:key|number)["'\\]|(?:onid|ssid|t\.sid|sig)[=:"'%\\\s]|denti|ri[zs]at|gnatu|(?:card|credit)[^a-z]{0,2}(?:number|no|card)[=:"'%\\\s]|private key|eyj[\w-]{2}|a[ksbc][ic]a[a-z0-9]|gh[pousr]_|b_pat|xox[a-z]-|xapp-|k_live|k_test|whsec|aiza|npm_|gl(?:pat|dt|rt|cbt|ptt)|sk-[\w-]{9}/i
