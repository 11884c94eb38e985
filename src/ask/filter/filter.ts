/** A value in a filter. Numbers keep their text: `2.10` is not the version `2.1`. */
export type FilterValue =
  | { kind: 'string'; value: string }
  | { kind: 'number'; text: string }
  | { kind: 'boolean'; value: boolean }
  /** A time before now, `-1h`. */
  | { kind: 'ago'; amount: number; unit: AgoUnit }

export type AgoUnit = 'ms' | 's' | 'm' | 'h' | 'd' | 'w'

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>='

/** What a filter says, as `parseFilter` reads it and `printFilter` writes it. */
export type Filter =
  /** At least two. */
  | { kind: 'and'; filters: readonly Filter[] }
  | { kind: 'or'; filters: readonly Filter[] }
  | { kind: 'not'; filter: Filter }
  | {
      kind: 'comparison'
      attribute: string
      operator: ComparisonOperator
      value: FilterValue
    }
  /** At least one value. */
  | { kind: 'in'; attribute: string; negated: boolean; values: readonly FilterValue[] }
  /** `*` stands for any text, `?` for one character, `\` makes the next one plain. */
  | { kind: 'like'; attribute: string; negated: boolean; pattern: string }
  | { kind: 'absent'; attribute: string }
  | { kind: 'present'; attribute: string }

/** What the name of an attribute stands for. */
export interface FilterColumn {
  /** SQL; null where the row has no value. */
  sql: string
  /** `time` is a DateTime or DateTime64. */
  type: 'string' | 'number' | 'bool' | 'time'
}

/** @throws COMPARE_COLUMN where there is none of that name: see `unknownColumn` */
export type ResolveColumn = (name: string) => FilterColumn
