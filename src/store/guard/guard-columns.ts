import type { BatchMark, ColumnBatch } from '../../otlp/column-batch.ts'
import type { Column, TextColumn } from '../../otlp/columns.ts'
import { createColumns } from '../../otlp/signal-columns.ts'
import type { Signal } from '../../signal.ts'
import type { Changes } from './changes.ts'
import { groupOf } from './group-of.ts'
import type { TextGuard, TextKind } from './text-guard.ts'

interface GuardedColumn {
  readonly name: string
  readonly limit: 'valueBytes' | 'bodyBytes'
  readonly kind: TextKind
}

/** All columns that hold texts; those of few distinct values are guarded as words. */
const textColumns: Readonly<Record<Signal, readonly GuardedColumn[]>> = {
  traces: textsAmong(createColumns.traces()),
  logs: textsAmong(createColumns.logs()),
  metrics: textsAmong(createColumns.metrics()),
}

function textsAmong(columns: Readonly<Record<string, Column>>): GuardedColumn[] {
  return Object.entries(columns)
    .filter(([, column]) => (column.kind === 'list' ? column.values : column).kind === 'text')
    .map(([name]) => guardedColumn(name))
}

function guardedColumn(name: string): GuardedColumn {
  if (name === 'body') return { name, limit: 'bodyBytes', kind: 'text' }
  // attributes of an event, a link or an exemplar
  return { name, limit: 'valueBytes', kind: name.endsWith('Attributes') ? 'document' : 'text' }
}

/** Guards the text columns of the rows since the mark. */
export function guardColumns(
  batch: ColumnBatch,
  mark: BatchMark,
  texts: TextGuard,
  changes: Changes,
): void {
  for (const guarded of textColumns[batch.signal]) {
    const column = batch.column(guarded.name)
    if (column?.kind === 'text') {
      guardTexts(
        batch,
        column,
        mark.rows,
        texts,
        guarded,
        (at) => batch.rowContext.data[at]!,
        changes,
      )
    } else if (column?.kind === 'list' && column.values.kind === 'text') {
      const { ends } = column
      const first = mark.rows === 0 ? 0 : ends.data[mark.rows - 1]!
      const contextOf = (at: number): number =>
        batch.rowContext.data[groupOf(ends.data, ends.length, at)]!
      guardTexts(batch, column.values, first, texts, guarded, contextOf, changes)
    }
  }
}

/** Guards the words that are new since the mark: where they lie, so that every row that has them is guarded. */
export function guardWords({ words, arena }: ColumnBatch, mark: BatchMark, texts: TextGuard): void {
  for (let word = mark.words; word < words.size; word++) {
    const where = (): readonly [string, string] => ['name', '']
    const offset = words.offsets[word]!
    if (!texts.guard(arena, offset, words.lengths[word]!, 'valueBytes', 'text', where)) continue
    words.offsets[word] = texts.low
    words.lengths[word] = texts.high
  }
}

function guardTexts(
  { arena }: ColumnBatch,
  column: TextColumn,
  first: number,
  texts: TextGuard,
  { name, limit, kind }: GuardedColumn,
  contextOf: (at: number) => number,
  changes: Changes,
): void {
  for (let at = first; at < column.length; at++) {
    const length = column.data[at * 2 + 1]!
    if (length === 0) continue
    const where = (): readonly [string, string] => [name, changes.serviceOf(contextOf(at))]
    if (!texts.guard(arena, column.data[at * 2]!, length, limit, kind, where)) continue
    column.data[at * 2] = texts.low
    column.data[at * 2 + 1] = texts.high
  }
}
