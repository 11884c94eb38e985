import type { AttributeType } from '../../otlp/attribute-type.ts'
import type { Signal } from '../../signal.ts'

/** `own`: tables that Aftergreen makes. `otel`: those of the OpenTelemetry Collector's ClickHouse exporter, only read. */
export type TableSchema = 'own' | 'otel'

/** Integers that a number cannot hold exactly are decimal strings; null is a number that JSON cannot hold. */
export type AttributeValue = string | number | boolean | null | unknown[] | Record<string, unknown>

/** How the attributes of whole rows are read. */
export interface AttributeReader {
  /** What to select; `read` finds the answers under the same names. */
  readonly select: readonly string[]
  /** All attributes of one row of the answer, by key. */
  read(
    columns: Readonly<Record<string, ArrayLike<unknown>>>,
    row: number,
  ): Record<string, AttributeValue>
}

/**
 * The logical tables of the three signals over the physical ones. Everything that asks about events names its tables and
 * attributes through this; logical columns are named as in `src/store/tables`.
 */
export interface Relations {
  readonly schema: TableSchema
  /** What stands after FROM: a table, or a subquery that gives it the logical columns. */
  from(signal: Signal): string
  /** SQL expression of an attribute as `Nullable(type)`; null where a row has none of that type. */
  attribute(signal: Signal, key: string, type: AttributeType): string
  allAttributes(signal: Signal): AttributeReader
  /**
   * A query for the row `(first, last)`, DateTime64: between which times the spans of the trace `{trace: String}` began.
   * No row, or `last` = 0, where the trace is not known. Null where nothing but the spans themselves can tell.
   */
  readonly traceWindow: string | null
  /** What these tables cannot tell, as sentences for people. */
  readonly notes: readonly string[]
}
