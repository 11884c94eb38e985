/** One condition of a cohort. */
export type Condition =
  | { attribute: string; op: '='; value: string | number | boolean }
  /** one of several values, at least two, in ascending order */
  | { attribute: string; op: 'in'; values: readonly (string | number | boolean)[] }
  /** low <= value < high; an open end is null */
  | { attribute: string; op: 'range'; low: number | null; high: number | null }
  | { attribute: string; op: 'absent' }

/** A conjunction of conditions; `[]` is everything. */
export type Cohort = readonly Condition[]
