import type { AttributeSet } from '../../otlp/attribute-set.ts'
import { boolType, intType, jsonType, stringType } from '../../otlp/attribute-type.ts'
import type { BatchMark, ColumnBatch } from '../../otlp/column-batch.ts'
import { integerText } from '../../otlp/integer-text.ts'
import type { Changes } from './changes.ts'
import type { GuardCounts } from './guard-counts.ts'
import type { KeyDecisions } from './key-guard.ts'
import { allowedKey, overflowKey, renamedKey, secretKey } from './key-guard.ts'
import { groupOf } from './group-of.ts'
import type { Limits } from './limits.ts'
import type { RedactionRules } from './redaction-rules.ts'
import type { TextGuard } from './text-guard.ts'
import { redacted } from './text-edit.ts'

/** Guards the values of attributes where they lie; what concerns their keys and number is only noted. */
export class AttributeGuard {
  readonly #rules: RedactionRules
  readonly #limits: Limits
  readonly #counts: GuardCounts
  readonly #texts: TextGuard

  constructor(rules: RedactionRules, limits: Limits, counts: GuardCounts, texts: TextGuard) {
    this.#rules = rules
    this.#limits = limits
    this.#counts = counts
    this.#texts = texts
  }

  guard(batch: ColumnBatch, mark: BatchMark, decisions: KeyDecisions, changes: Changes): void {
    const { contexts, attributes, attributeEnds, rowContext } = batch
    const firstOfContexts = mark.contexts === 0 ? 0 : contexts.ends.data[mark.contexts - 1]!
    this.#guardSet(batch, contexts.attributes, firstOfContexts, decisions, changes, (at) =>
      groupOf(contexts.ends.data, contexts.length, at),
    )
    const first = mark.rows === 0 ? 0 : attributeEnds.data[mark.rows - 1]!
    this.#guardSet(
      batch,
      attributes,
      first,
      decisions,
      changes,
      (at) => rowContext.data[groupOf(attributeEnds.data, batch.rows, at)]!,
    )
  }

  /** @param contextOf the context to which an attribute belongs */
  #guardSet(
    batch: ColumnBatch,
    set: AttributeSet,
    first: number,
    decisions: KeyDecisions,
    changes: Changes,
    contextOf: (at: number) => number,
  ): void {
    const { slots, high, length } = set
    const { flags, any } = decisions
    const most = this.#limits.valueBytes
    const looks = this.#texts.mayChange
    for (let at = first; at < length; at++) {
      const slot = slots[at]!
      const type = slot & 7
      if (any) {
        const flag = flags[slot >>> 3]!
        if ((flag & (renamedKey | overflowKey)) !== 0) changes.needed = true
        if ((flag & secretKey) !== 0) {
          this.#redactValue(batch, set, at, decisions)
          continue
        }
      }
      if (type === stringType || type === jsonType) {
        if (looks || high[at]! > most)
          this.#guardText(batch, set, at, decisions, changes, contextOf)
      } else if (type === intType && high[at]! >= leastCard && high[at]! < mostCard) {
        this.#guardInteger(batch, set, at, decisions)
      }
    }
  }

  /** Takes out the value of a secret key: all but truth values and what is empty. */
  #redactValue(batch: ColumnBatch, set: AttributeSet, at: number, decisions: KeyDecisions): void {
    const key = set.slots[at]! >>> 3
    const type = set.slots[at]! & 7
    const rule = decisions.rules.get(key) ?? 'secret'
    if (type === boolType) return
    if (type === stringType && set.high[at] === 0) return
    if (type === jsonType && isEmptyJson(batch, set.low[at]!, set.high[at]!)) return
    if (type !== stringType && type !== jsonType && !this.#rules.takesNumbers(rule)) return
    const text = type === jsonType ? JSON.stringify(redacted(rule)) : redacted(rule)
    this.#write(batch, set, at, type === jsonType ? jsonType : stringType, text)
    this.#counts.redacted(rule)
  }

  #guardText(
    batch: ColumnBatch,
    set: AttributeSet,
    at: number,
    { flags }: KeyDecisions,
    changes: Changes,
    contextOf: (at: number) => number,
  ): void {
    const texts = this.#texts
    const key = set.slots[at]! >>> 3
    const isJson = (set.slots[at]! & 7) === jsonType
    const changed = texts.guard(
      batch.arena,
      set.low[at]!,
      set.high[at]!,
      'valueBytes',
      isJson ? 'json' : 'text',
      () => [batch.keys.text(key), changes.serviceOf(contextOf(at))],
      (flags[key]! & allowedKey) === 0,
    )
    if (!changed) return
    set.low[at] = texts.low
    set.high[at] = texts.high
    // what was cut is no JSON any more
    if (isJson && texts.wasCut) set.slots[at] = key * 8 + stringType
  }

  /** A card number that was sent as a whole number of 15 or 16 digits. */
  #guardInteger(batch: ColumnBatch, set: AttributeSet, at: number, { flags }: KeyDecisions): void {
    if ((flags[set.slots[at]! >>> 3]! & allowedKey) !== 0) return
    if (!this.#rules.isCardNumber(integerText(set.low[at]!, set.high[at]!))) return
    this.#write(batch, set, at, stringType, redacted('card-number'))
    this.#counts.redacted('card-number')
  }

  #write(batch: ColumnBatch, set: AttributeSet, at: number, type: number, text: string): void {
    const low = batch.arena.appendText(text)
    set.slots[at] = (set.slots[at]! >>> 3) * 8 + type
    set.low[at] = low
    set.high[at] = batch.arena.length - low
  }
}

/** Upper halves of the whole numbers from 3.4e14 to before 1e16. */
const leastCard = Math.floor(3.4e14 / 2 ** 32)
const mostCard = Math.ceil(1e16 / 2 ** 32)

function isEmptyJson({ arena }: ColumnBatch, offset: number, length: number): boolean {
  return length <= 4 && /^(?:null|true|""|\[\]|\{\})$/.test(arena.text(offset, length))
}
