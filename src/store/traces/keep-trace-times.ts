import { setTimeout as sleep } from 'node:timers/promises'
import { quotedTable } from '../sql-text.ts'
import { eventTables } from '../tables/event-tables.ts'
import type { Placement } from '../tables/placement.ts'
import { rowsTable } from '../tables/placement.ts'
import { traceTimesTable } from './trace-times.ts'

export interface KeepTraceTimesOptions {
  query: (sql: string) => Promise<{ month: string }[]>
  database: string
  placement: Placement
  /** Runs a statement on every server that holds rows. */
  everywhere: (statement: string) => Promise<void>
  log: (line: string) => void
  /** Time between two rounds in ms; default six hours. */
  every?: number
}

/** Lets go of the times of traces whose spans are gone, month by month, until it is closed. */
export function keepTraceTimes(options: KeepTraceTimesOptions): { close(): Promise<void> } {
  const stop = new AbortController()
  const rounds = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await dropOldTraceTimes(options).catch((error: unknown) => {
        // they cost a few bytes a trace: the next round is soon enough
        options.log(`Times of old traces are kept for now: ${String(error)}`)
      })
      await sleep(options.every ?? 6 * 3_600_000, undefined, {
        ref: false,
        signal: stop.signal,
      }).catch(() => {})
    }
  }
  const running = rounds()
  return {
    async close() {
      stop.abort()
      await running
    },
  }
}

/**
 * Drops the months before the oldest span. Where there is no span at all, nothing is dropped: they may be on their way.
 * @returns the months, as `202601`
 */
export async function dropOldTraceTimes(options: KeepTraceTimesOptions): Promise<string[]> {
  const { query, database, placement, everywhere } = options
  const name = (table: string): string => quotedTable(database, table)
  const rows = await query(
    `WITH (SELECT min(time) FROM ${name(eventTables.traces.name)}) AS oldest
     SELECT DISTINCT _partition_id AS month FROM ${name(traceTimesTable)}
     WHERE oldest > 0 AND _partition_id < toString(toYYYYMM(oldest)) ORDER BY month`,
  )
  const months = rows.map(({ month }) => month)
  for (const month of months) {
    await everywhere(
      `ALTER TABLE ${name(rowsTable(traceTimesTable, placement))} DROP PARTITION ID '${month}'`,
    )
  }
  return months
}
