import type { Arena } from '../../otlp/arena.ts'
import { AnchorScan } from './anchor-scan.ts'
import { cutMark, cutText, wholeCharacters } from './cut-text.ts'
import type { GuardCounts } from './guard-counts.ts'
import type { LimitName, Limits } from './limits.ts'
import type { RedactionRules } from './redaction-rules.ts'

/** Plain text; JSON text; JSON text that has to stay JSON when it is cut. */
export type TextKind = 'text' | 'json' | 'document'

/** Looks into texts that lie in an arena, takes secrets out and cuts what is too long. */
export class TextGuard {
  /** The range of the text that the last `guard` left. */
  low = 0
  high = 0
  /** Whether it was cut. */
  wasCut = false
  readonly #scan = new AnchorScan()
  readonly #rules: RedactionRules
  readonly #limits: Limits
  readonly #counts: GuardCounts
  readonly #contains: readonly Buffer[]
  /** Patterns of users of which nothing is known in advance. */
  readonly #patterns
  readonly #looksIntoAllJson: boolean
  readonly #report = (rule: string): void => this.#counts.redacted(rule)

  constructor(rules: RedactionRules, limits: Limits, counts: GuardCounts) {
    this.#rules = rules
    this.#limits = limits
    this.#counts = counts
    const { values, keys } = rules.settings
    this.#contains = values.flatMap(({ contains }) => contains.map((text) => Buffer.from(text)))
    this.#patterns = values.filter(({ contains }) => contains.length === 0)
    this.#looksIntoAllJson = keys.length > 0
  }

  /** To be called once for every request, before its texts. */
  begin(arena: Arena, from: number, to: number): void {
    this.#scan.scan(arena, from, to, this.#contains)
  }

  /** Whether some text may have to change although it is not too long. */
  get mayChange(): boolean {
    return this.#scan.any || this.#patterns.length > 0 || this.#looksIntoAllJson
  }

  /** Whether a text of the request may hold a secret. */
  isSuspicious(arena: Arena, offset: number, length: number, kind: TextKind = 'text'): boolean {
    if (length === 0) return false
    if (kind !== 'text' && this.#looksIntoAllJson) return true
    if (this.#scan.touches(offset, length)) return true
    if (this.#patterns.length === 0) return false
    const looked = Math.min(length, this.#limits.bodyBytes + margin)
    return this.#patterns.some(
      ({ value }) => value.findAll(arena.bytes, offset, offset + looked).length > 0,
    )
  }

  /**
   * Makes a text fit to be kept: true when that changed it; then `low` and `high` are its new range.
   * @param where name of what holds it, and of the service, for the counts
   * @param mayHoldSecrets false where it is known to hold none, or may hold them
   */
  guard(
    arena: Arena,
    offset: number,
    length: number,
    limit: 'valueBytes' | 'bodyBytes',
    kind: TextKind,
    where: () => readonly [string, string],
    mayHoldSecrets = true,
  ): boolean {
    const most = this.#limits[limit]
    if (length <= most && !this.mayChange) return false
    const isSuspicious = mayHoldSecrets && this.isSuspicious(arena, offset, length, kind)
    this.wasCut = false
    if (!isSuspicious && length <= most) return false
    if (!isSuspicious && kind !== 'document') {
      this.#cutBytes(arena, offset, length, most)
      this.#count(limit, where)
      return true
    }
    // a secret at the place where the text is cut is found as a whole
    const looked = Math.min(length, most + margin)
    const text = arena.text(offset, looked)
    let result = isSuspicious ? this.#rules.redactText(text, this.#report) : text
    const cut = cutText(result, most, length - looked)
    if (cut !== result) {
      this.#count(limit, where)
      result = kind === 'document' ? JSON.stringify({ 'aftergreen.cut': cut }) : cut
    }
    if (result === text) return false
    this.low = arena.appendText(result)
    this.high = arena.length - this.low
    return true
  }

  #cutBytes(arena: Arena, offset: number, length: number, most: number): void {
    const end = wholeCharacters(arena.bytes.subarray(offset, offset + length), most)
    const kept = arena.bytes.slice(offset, offset + end)
    this.low = arena.append(kept)
    arena.appendText(cutMark(length - end))
    this.high = arena.length - this.low
  }

  #count(limit: LimitName, where: () => readonly [string, string]): void {
    this.wasCut = true
    this.#counts.limited(limit, ...where())
  }
}

/** Bytes looked at beyond the place where a text is cut. */
const margin = 8192
