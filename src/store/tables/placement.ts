/** Whether the tables lie on one server, or spread over the shards of a cluster. */
export interface Placement {
  /** Name in `system.clusters`; undefined on one server. */
  readonly cluster: string | undefined
  /** The servers share a keeper: tables are replicated, and DDL runs `ON CLUSTER`. */
  readonly replicated: boolean
}

export const oneServer: Placement = { cluster: undefined, replicated: false }

/** The table that holds rows, on every server. Questions and inserts name the table itself. */
export const rowsTable = (table: string, { cluster }: Placement): string =>
  cluster === undefined ? table : `${table}_local`
