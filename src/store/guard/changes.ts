import { stringType } from '../../otlp/attribute-type.ts'
import type { ColumnBatch } from '../../otlp/column-batch.ts'
import type { GuardCounts } from './guard-counts.ts'
import type { LimitName } from './limits.ts'
import type { AddedAttribute } from './rebuild-attributes.ts'

/** What is to be written anew after everything was looked at. */
export class Changes {
  /** Whether the attributes have to be written again. */
  needed = false
  readonly ofContext = new Map<number, AddedAttribute[]>()
  readonly ofRow = new Map<number, AddedAttribute[]>()
  readonly #batch: ColumnBatch
  readonly #counts: GuardCounts

  constructor(batch: ColumnBatch, counts: GuardCounts) {
    this.#batch = batch
    this.#counts = counts
  }

  addToContext(context: number, attribute: AddedAttribute): void {
    this.needed = true
    this.ofContext.set(context, [...(this.ofContext.get(context) ?? []), attribute])
  }

  addToRow(row: number, attribute: AddedAttribute): void {
    this.needed = true
    this.ofRow.set(row, [...(this.ofRow.get(row) ?? []), attribute])
  }

  /** An attribute with the text of a word. */
  wordAttribute(key: string, word: number): AddedAttribute {
    const { words } = this.#batch
    return { key, type: stringType, low: words.offsets[word]!, high: words.lengths[word]! }
  }

  limited(limit: LimitName, last: string, context: number, count = 1): void {
    this.#counts.limited(limit, last, this.serviceOf(context), count)
  }

  serviceOf(context: number): string {
    const { words, contexts } = this.#batch
    return words.text(contexts.origin.service.data[context]!)
  }
}
