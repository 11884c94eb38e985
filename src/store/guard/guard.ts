import { intType } from '../../otlp/attribute-type.ts'
import type { BatchMark, ColumnBatch } from '../../otlp/column-batch.ts'
import type { Column, ListColumn } from '../../otlp/columns.ts'
import { createColumns } from '../../otlp/signal-columns.ts'
import { Cardinality } from './cardinality.ts'
import { cutList } from './cut-list.ts'
import { Changes } from './changes.ts'
import { admitFreshKeys } from './fresh-keys.ts'
import { AttributeGuard } from './guard-attributes.ts'
import { guardNames, guardServices } from './guard-names.ts'
import { guardColumns, guardWords } from './guard-columns.ts'
import type { GuardHealth } from './guard-counts.ts'
import { GuardCounts } from './guard-counts.ts'
import { KeyGuard } from './key-guard.ts'
import { keyTable } from './key-table.ts'
import type { Limits } from './limits.ts'
import { defaultLimits } from './limits.ts'
import { rebuildAttributes } from './rebuild-attributes.ts'
import type { RedactionSettings } from './redaction-rules.ts'
import { RedactionRules } from './redaction-rules.ts'
import { TextGuard } from './text-guard.ts'

export interface GuardOptions {
  /** Default: all default rules and no other. */
  redaction?: RedactionSettings | undefined
  limits?: Partial<Limits> | undefined
  /** Milliseconds since 1970. */
  now?: () => number
}

/**
 * Stands between the decoder and everything that keeps or counts rows: takes secrets out of what a request has appended to
 * a batch, and bounds it. After `check`, no range of the new rows covers a secret; the raw bytes are still in the arena of
 * the batch, of which only ranges are ever written.
 */
export class Guard {
  readonly #limits: Limits
  readonly #counts: GuardCounts
  readonly #cardinality: Cardinality
  readonly #texts: TextGuard
  readonly #keys: KeyGuard
  readonly #attributes: AttributeGuard
  readonly #now: () => number

  constructor({ redaction, limits, now = Date.now }: GuardOptions = {}) {
    const rules = new RedactionRules(redaction)
    this.#limits = { ...defaultLimits, ...limits }
    this.#now = now
    this.#counts = new GuardCounts(now)
    this.#cardinality = new Cardinality(this.#limits)
    this.#texts = new TextGuard(rules, this.#limits, this.#counts)
    this.#keys = new KeyGuard(rules, this.#limits, this.#counts, this.#cardinality, this.#texts)
    this.#attributes = new AttributeGuard(rules, this.#limits, this.#counts, this.#texts)
  }

  health(): GuardHealth {
    return { ...this.#counts.health(), distinct: this.#cardinality.distinct }
  }

  /** What appends the rows of a request, with the guard behind it. */
  guarded<T>(rows: (batch: ColumnBatch) => T): (batch: ColumnBatch) => T {
    return (batch) => {
      const mark = batch.mark()
      const outcome = rows(batch)
      this.check(batch, mark)
      return outcome
    }
  }

  /**
   * Guards the rows that were appended since `mark`.
   * @throws nothing that is the sender's fault; should it throw, the rows must be rolled back
   */
  check(batch: ColumnBatch, mark: BatchMark): void {
    const { arena, contexts } = batch
    this.#cardinality.tick(this.#now())
    this.#texts.begin(arena, mark.arena, arena.length)
    const changes = new Changes(batch, this.#counts)

    guardWords(batch, mark, this.#texts)
    const newWords = batch.words.size
    guardServices(batch, mark, this.#cardinality, changes)
    const decisions = this.#keys.decide(batch, mark.keys)
    if (decisions.fresh.length > 0) {
      admitFreshKeys(batch, mark, decisions, this.#cardinality, changes)
    }
    if (batch.signal === 'traces') this.#cutEventsAndLinks(batch, mark, changes)
    this.#attributes.guard(batch, mark, decisions, changes)
    guardColumns(batch, mark, this.#texts, changes)
    guardNames(batch, mark, newWords, this.#cardinality, changes)

    if (!changes.needed && !this.#hasTooMany(batch, mark)) return
    const { keyOf, overflowName } = keyTable(batch, mark, decisions)
    rebuildAttributes(batch, mark, {
      most: this.#limits.attributes,
      mostOverflow: Math.max(this.#limits.bodyBytes, this.#limits.valueBytes),
      keyOf,
      overflowName,
      ofContext: changes.ofContext,
      ofRow: changes.ofRow,
      dropped: (context, count) => {
        const service = batch.words.text(contexts.origin.service.data[context]!)
        this.#counts.limited('attributes', 'aftergreen.dropped_attributes', service, count)
      },
    })
  }

  #hasTooMany({ attributeEnds, contexts, rows }: ColumnBatch, mark: BatchMark): boolean {
    const most = this.#limits.attributes
    return (
      hasLongGroup(attributeEnds.data, mark.rows, rows, most) ||
      hasLongGroup(contexts.ends.data, mark.contexts, contexts.length, most)
    )
  }

  #cutEventsAndLinks(batch: ColumnBatch, mark: BatchMark, changes: Changes): void {
    for (const [limit, lists] of [
      ['events', eventLists],
      ['links', linkLists],
    ] as const) {
      for (const [number, name] of lists.entries()) {
        cutList(
          batch.column(name) as ListColumn<Column>,
          mark.rows,
          this.#limits[limit],
          (row, count) => {
            if (number > 0) return
            const key = `aftergreen.dropped_${limit}`
            changes.addToRow(row, { key, type: intType, low: count, high: 0 })
            changes.limited(limit, key, batch.rowContext.data[row]!, count)
          },
        )
      }
    }
  }
}

/** Lists of the same length for every row, or empty. */
const spanLists = Object.entries<Column>({ ...createColumns.traces() })
  .filter(([, { kind }]) => kind === 'list')
  .map(([name]) => name)
const eventLists = spanLists.filter((name) => name.startsWith('event'))
const linkLists = spanLists.filter((name) => name.startsWith('link'))

function hasLongGroup(ends: Uint32Array, first: number, last: number, most: number): boolean {
  let start = first === 0 ? 0 : ends[first - 1]!
  for (let i = first; i < last; i++) {
    const end = ends[i]!
    if (end - start > most) return true
    start = end
  }
  return false
}
