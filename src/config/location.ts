/** A place in a file. */
export interface Location {
  /** Relative to the folder that is looked at, with forward slashes. */
  file: string
  /** From 1. */
  line: number
  /** From 1. */
  column?: number
}
