import { createHash } from 'node:crypto'
import type { ColumnBatch } from '../../otlp/column-batch.ts'
import { grown } from '../../otlp/columns.ts'
import { originKeys } from '../../otlp/contexts.ts'
import type { Cardinality } from './cardinality.ts'
import { numberOf } from './cardinality.ts'
import { cutText, wholeCharacters } from './cut-text.ts'
import { hashBytes } from './distinct-set.ts'
import type { GuardCounts } from './guard-counts.ts'
import type { Limits } from './limits.ts'
import type { RedactionRules } from './redaction-rules.ts'
import type { TextGuard } from './text-guard.ts'

/** What is to happen to the attributes with a key: bits. */
export const secretKey = 1
export const allowedKey = 2
export const renamedKey = 4
export const overflowKey = 8
/** Not known yet in this hour: who brings it decides. */
export const newKey = 16

/** What was decided about the keys of one batch, by their numbers. */
export class KeyDecisions {
  flags = new Uint8Array(64)
  /** How many keys are decided. */
  known = 0
  readonly rules = new Map<number, string>()
  readonly renamed = new Map<number, number>()
  /** Keys with `newKey`: of rows, or of what was rejected. */
  fresh: number[] = []
  /** Whether any key of the batch has a flag. */
  any = false

  set(key: number, flag: number): void {
    if (key >= this.flags.length) this.flags = grown(this.flags, key + 1)
    this.flags[key]! |= flag
    if (flag !== 0) this.any = true
  }

  /** Forgets the keys from `size` on. */
  truncate(size: number): void {
    if (size >= this.known) return
    this.flags.fill(0, size, this.known)
    this.known = size
    for (const map of [this.rules, this.renamed]) {
      for (const key of map.keys()) if (key >= size) map.delete(key)
    }
    this.fresh = this.fresh.filter((key) => key < size)
    this.any = this.flags.subarray(0, size).some((flags) => flags !== 0)
  }
}

interface KeyRule {
  readonly rule: string | undefined
  readonly isAllowed: boolean
}

/** Keys that are remembered with their rule: more than any batch has in ordinary life. */
const mostRemembered = 20_000

/** Decides about attribute keys, once for every key of a batch. */
export class KeyGuard {
  readonly #rules: RedactionRules
  readonly #limits: Limits
  readonly #counts: GuardCounts
  readonly #cardinality: Cardinality
  readonly #texts: TextGuard
  readonly #remembered = new Map<number, KeyRule>()
  readonly #batches = new WeakMap<ColumnBatch, KeyDecisions>()

  constructor(
    rules: RedactionRules,
    limits: Limits,
    counts: GuardCounts,
    cardinality: Cardinality,
    texts: TextGuard,
  ) {
    this.#rules = rules
    this.#limits = limits
    this.#counts = counts
    this.#cardinality = cardinality
    this.#texts = texts
  }

  /** Decides about the keys that came since the batch had `before` of them. */
  decide(batch: ColumnBatch, before: number): KeyDecisions {
    let decisions = this.#batches.get(batch)
    if (decisions === undefined) this.#batches.set(batch, (decisions = new KeyDecisions()))
    decisions.truncate(before)
    // keys that are renamed add new ones at the end
    for (let key = decisions.known; key < batch.keys.size; key++) {
      decisions.set(key, 0)
      this.#decideOne(batch, key, decisions)
      decisions.known = key + 1
    }
    return decisions
  }

  #decideOne(batch: ColumnBatch, key: number, decisions: KeyDecisions): void {
    const { keys, arena } = batch
    const offset = keys.offsets[key]!
    const length = keys.lengths[key]!
    const { rule, isAllowed } = this.#ruleOf(batch, offset, length)
    if (rule !== undefined && !decisions.rules.has(key)) decisions.rules.set(key, rule)
    if (decisions.rules.has(key)) decisions.set(key, secretKey)
    if (isAllowed) decisions.set(key, allowedKey)
    if (key < originKeys.length) return
    if (length > this.#limits.keyBytes || this.#texts.isSuspicious(arena, offset, length)) {
      const text = this.#fit(batch, offset, length)
      if (text !== undefined) {
        const other = keys.internText(text)
        const inherited = decisions.rules.get(key)
        if (inherited !== undefined) {
          decisions.rules.set(other, inherited)
          if (other < decisions.known) decisions.set(other, secretKey)
        }
        decisions.renamed.set(key, other)
        decisions.set(key, renamedKey)
        return
      }
    }
    if (!this.#cardinality.knowsKey(hashBytes(arena.bytes, offset, length))) {
      decisions.set(key, newKey)
      decisions.fresh.push(key)
    }
  }

  #ruleOf(batch: ColumnBatch, offset: number, length: number): KeyRule {
    const { arena } = batch
    const id = numberOf(hashBytes(arena.bytes, offset, length))
    const known = this.#remembered.get(id)
    if (known !== undefined) return known
    const shown = Math.min(length, mostShown)
    const key = arena.text(offset + length - shown, shown)
    const decided = { rule: this.#rules.ruleOfKey(key), isAllowed: this.#rules.allows(key) }
    if (this.#remembered.size >= mostRemembered) this.#remembered.clear()
    this.#remembered.set(id, decided)
    return decided
  }

  /** A key without secrets and not too long; undefined when it may stay. A long one ends with a hash of all of it. */
  #fit(batch: ColumnBatch, offset: number, length: number): string | undefined {
    const { arena } = batch
    const most = this.#limits.keyBytes
    const text = arena.text(offset, Math.min(length, most + mostShown))
    const clean = this.#texts.isSuspicious(arena, offset, length)
      ? this.#rules.redactText(text, (rule) => this.#counts.redacted(rule))
      : text
    const bytes = Buffer.from(clean)
    if (length <= most + mostShown && bytes.length <= most)
      return clean === text ? undefined : clean
    const whole = arena.bytes.subarray(offset, offset + length)
    const hash = createHash('sha256').update(whole).digest('hex').slice(0, 16)
    const kept = bytes.toString('utf8', 0, wholeCharacters(bytes, most - 17))
    const fit = `${kept}~${hash}`
    this.#counts.limited('keyBytes', cutText(fit, 100), '')
    return fit
  }
}

/** Bytes of a key that rules look at, counted from its end, and of a long one from where it is cut. */
const mostShown = 4096
