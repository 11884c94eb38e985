import type { Kysely } from 'kysely'
import type { LedgerSchema } from '../ledger/ledger-schema.ts'
import type { DrilledService } from './load-slots.ts'
import type { SelfCheckRun } from './self-check.ts'

/** How often the judge was wrong on a service's own past. */
export interface SelfCheckRecords {
  /** Keeps a run; the oldest ones of the service are dropped. */
  recordSelfCheck(run: SelfCheckRun): Promise<void>
  /** The latest run of each service and environment, or of those of one service; by name. */
  latestSelfChecks(service?: string): Promise<SelfCheckRun[]>
  /** The latest run of one service in one environment. */
  latestSelfCheck(of: DrilledService): Promise<SelfCheckRun | null>
}

/** Runs that are kept of a service in an environment. */
const mostRuns = 30

/** The self-checks in a database, or in a transaction. */
export function selfChecksIn(database: Kysely<LedgerSchema>): SelfCheckRecords {
  return {
    async recordSelfCheck(run) {
      const { service, environment, at } = run
      await database
        .insertInto('self_checks')
        .values({ service, environment, checked_at: at, body: JSON.stringify(run) })
        .execute()
      const oldest = await database
        .selectFrom('self_checks')
        .select('sequence')
        .where('service', '=', service)
        .where('environment', '=', environment)
        .orderBy('sequence', 'desc')
        .offset(mostRuns)
        .limit(1)
        .executeTakeFirst()
      if (oldest === undefined) return
      await database
        .deleteFrom('self_checks')
        .where('service', '=', service)
        .where('environment', '=', environment)
        .where('sequence', '<=', oldest.sequence)
        .execute()
    },
    async latestSelfChecks(service) {
      const all = database
        .selectFrom('self_checks')
        .select(({ fn }) => fn.max('sequence').as('sequence'))
        .groupBy(['service', 'environment'])
      const newest = service === undefined ? all : all.where('service', '=', service)
      const rows = await database
        .selectFrom('self_checks')
        .select('body')
        .where('sequence', 'in', newest)
        .orderBy('service')
        .orderBy('environment')
        .execute()
      return rows.map(({ body }) => JSON.parse(body) as SelfCheckRun)
    },
    async latestSelfCheck({ service, environment }) {
      const row = await database
        .selectFrom('self_checks')
        .select('body')
        .where('service', '=', service)
        .where('environment', '=', environment)
        .orderBy('sequence', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row === undefined ? null : (JSON.parse(row.body) as SelfCheckRun)
    },
  }
}
