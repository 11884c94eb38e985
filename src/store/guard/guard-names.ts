import type { BatchMark, ColumnBatch } from '../../otlp/column-batch.ts'
import type { WordColumn } from '../../otlp/columns.ts'
import type { Cardinality } from './cardinality.ts'
import type { Changes } from './changes.ts'
import type { Hash } from './distinct-set.ts'
import { hashBytes } from './distinct-set.ts'

/** What stands in the place of a name that is one too many. */
export const otherName = '(other)'

/** Services beyond the limit share one name; their own is kept as an attribute. */
export function guardServices(
  batch: ColumnBatch,
  mark: BatchMark,
  cardinality: Cardinality,
  changes: Changes,
): void {
  const { service } = batch.contexts.origin
  let last = -1
  for (let context = mark.contexts; context < batch.contexts.length; context++) {
    const word = service.data[context]!
    if (word === last || batch.words.lengths[word] === 0) continue
    if (cardinality.admitService(hashWord(batch, word))) {
      last = word
      continue
    }
    changes.addToContext(context, changes.wordAttribute('service.name.original', word))
    service.data[context] = batch.words.internText(otherName)
    changes.limited('services', 'service.name', context)
  }
}

/** For every word of a batch, the service + 1 with which it was admitted last. */
const admittedWith = new WeakMap<ColumnBatch, { services: Uint32Array }>()

/**
 * Names of spans, metrics and log events beyond the limit share one name; their own is kept as an attribute.
 * @param words of the batch since the mark, without those that the guard added
 */
export function guardNames(
  batch: ColumnBatch,
  mark: BatchMark,
  words: number,
  cardinality: Cardinality,
  changes: Changes,
): void {
  const column = batch.column(batch.signal === 'logs' ? 'eventName' : 'name') as WordColumn
  const { contexts, rowContext } = batch
  const services = admissions(batch, mark.words, words)
  let context = -1
  let service = 0
  let serviceHash: Hash | undefined
  for (let row = mark.rows; row < batch.rows; row++) {
    if (rowContext.data[row] !== context) {
      context = rowContext.data[row]!
      service = contexts.origin.service.data[context]!
      serviceHash = undefined
    }
    const word = column.data[row]!
    if (services[word] === service + 1 || batch.words.lengths[word] === 0) continue
    serviceHash ??= hashWord(batch, service)
    const limit = cardinality.admitName(hashWord(batch, word, serviceHash), serviceHash)
    if (limit === undefined) {
      services[word] = service + 1
      continue
    }
    changes.addToRow(row, changes.wordAttribute('aftergreen.original_name', word))
    column.data[row] = batch.words.internText(otherName)
    changes.limited(limit, batch.signal === 'logs' ? 'event_name' : 'name', context)
  }
}

function admissions(batch: ColumnBatch, before: number, size: number): Uint32Array {
  let kept = admittedWith.get(batch)
  if (kept === undefined) admittedWith.set(batch, (kept = { services: new Uint32Array(256) }))
  if (kept.services.length < size) {
    const services = new Uint32Array(size * 2)
    services.set(kept.services)
    kept.services = services
  }
  kept.services.fill(0, before, size)
  return kept.services
}

function hashWord({ words, arena }: ColumnBatch, word: number, before?: Hash): Hash {
  return hashBytes(arena.bytes, words.offsets[word]!, words.lengths[word]!, before)
}
