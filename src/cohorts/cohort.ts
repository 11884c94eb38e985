/** One condition of a cohort. */
export type Condition =
  | { attribute: string; op: '='; value: string | number | boolean }
  /** low <= value < high; an open end is null */
  | { attribute: string; op: 'range'; low: number | null; high: number | null }
  | { attribute: string; op: 'absent' }

/** A conjunction of conditions; `[]` is everything. */
export type Cohort = readonly Condition[]
