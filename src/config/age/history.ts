/** A repository's history as far as the age of configuration needs it: plain data, parents before children. */

export interface HistoryCommit {
  /** Full object name; `uncommitted` = the files as they lie in the folder. */
  id: string
  /** Positions of the parents in the list; those that are not in it (a shallow clone) are left out. */
  parents: readonly number[]
  /** Seconds since 1970: when the commit came to be, not when its change was first written. */
  time: number
  /** Nothing of what came before is known: what it brings is at least as old as it says. */
  bounded: boolean
  /** Against the first parent; against nothing where there is none. */
  changes: readonly FileChange[]
}

export interface FileChange {
  path: string
  /** Object name of the content; null = the file is gone. */
  blob: string | null
  /** What the first parent holds there; left out = nothing. */
  before?: string
  /** The path it had before, where git takes it for the same file. */
  from?: string
}

/**
 * What one version of a file says: by place (`KEY\0lane\0component`) a print, which is equal where the meaning is equal.
 * Never a value.
 */
export type VersionFacts = ReadonlyMap<string, string>

export interface At {
  /** Position in the list of commits. */
  commit: number
  /** At this time or before it: the history ends there. */
  bounded: boolean
}

export interface PlaceEvent extends At {
  /** The new print; '' = gone. */
  print: string
}

export interface PlaceRecord {
  path: string
  place: string
  /** Oldest first: the first one, and the newest of the others; never two equal prints in a row. */
  events: readonly PlaceEvent[]
  /** How often the print changed in all, without the first time. */
  changes: number
  /** When it last came from another file, or from another place in the same one, without changing. */
  moved?: At
}
