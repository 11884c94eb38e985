import type { Kysely } from 'kysely'
import type { LedgerSchema } from '../ledger/ledger-schema.ts'
import type { Incident } from './incident.ts'

/** Append-only: what changes of an incident is a new row. */
export interface IncidentRecords {
  recordIncident(incident: Incident): Promise<void>
  /** As they are now, newest first. */
  incidents(): Promise<Incident[]>
}

/** The incidents in a database, or in a transaction. */
export function incidentsIn(database: Kysely<LedgerSchema>): IncidentRecords {
  return {
    async recordIncident(incident) {
      await database
        .insertInto('incident_revisions')
        .values({
          incident_id: incident.id,
          recorded_at: new Date().toISOString(),
          body: JSON.stringify(incident),
        })
        .execute()
    },
    async incidents() {
      const newest = database
        .selectFrom('incident_revisions')
        .select(({ fn }) => fn.max('sequence').as('sequence'))
        .groupBy('incident_id')
      const rows = await database
        .selectFrom('incident_revisions')
        .select('body')
        .where('sequence', 'in', newest)
        .execute()
      return rows
        .map(({ body }) => JSON.parse(body) as Incident)
        .toSorted((a, b) => b.openedAt.localeCompare(a.openedAt))
    },
  }
}
