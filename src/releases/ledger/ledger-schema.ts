import type { ColumnDefinitionBuilder, Generated, Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { snapshotColumns } from './snapshot-columns.ts'

/** Rows of the ledger. JSON columns hold the objects of `releases/` as text. */
export interface LedgerSchema {
  /** Append-only: what is known of a release; the highest revision counts. */
  release_revisions: {
    sequence: Generated<number>
    release_id: string
    service: string
    environment: string
    version: string
    recorded_at: string
    body: string
  }
  /** Append-only: one row whenever a verdict changes. */
  verdicts: {
    sequence: Generated<number>
    release_id: string
    evaluated_at: string
    verdict: string
    phase: string
    headline: string
    findings: number
    body: string
    evidence: string
  }
  /** What the judge must remember between looks: which cohorts it has put to the test, in which order. */
  watch_states: { release_id: string; body: string }
  /** First sight of every version, so that a new one is noticed once. */
  seen_versions: { service: string; environment: string; version: string; first_seen: string }
  /** The last look at a release, changed or not: what every replica tells of it. */
  latest_looks: { release_id: string; verdict: string; evidence: string }
  /** Who may judge. `fence` grows whenever another one takes over; `expires` is in ms since 1970. */
  leases: { name: string; holder: string; fence: number; expires: number }
  /** Append-only: what the environment of a release bound, as fingerprints. `body` is a `ConfigSnapshot`. */
  config_snapshots: {
    sequence: Generated<number>
    release_id: string
    service: string
    environment: string
    config_environment: string
    key_id: string
    digest: string
    taken_at: string
    attached_at: string
    body: string
  }
  /** Append-only: who went on over a `hold`. `body` is a `SignOff`. */
  sign_offs: {
    sequence: Generated<number>
    release_id: string
    signed_at: string
    signed_by: string
    body: string
  }
  /** Append-only: what is known of an incident; the highest revision counts. `body` is an `Incident`. */
  incident_revisions: {
    sequence: Generated<number>
    incident_id: string
    recorded_at: string
    body: string
  }
  /** The last drills of the judge on a service's own past. `body` is a `SelfCheckRun`. */
  self_checks: {
    sequence: Generated<number>
    service: string
    environment: string
    checked_at: string
    body: string
  }
}

export type LedgerEngine = 'sqlite' | 'postgresql'

/** Numbers rows in the order in which they are written. */
function sequence(
  engine: LedgerEngine,
): (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder {
  return (column) =>
    engine === 'sqlite'
      ? column.primaryKey().autoIncrement()
      : column.primaryKey().generatedAlwaysAsIdentity()
}

/** Numbered; never edited once released. The same tables on every engine that the query builder speaks. */
export const ledgerMigrations = (engine: LedgerEngine): Record<string, Migration> => ({
  '0001_releases_and_verdicts': {
    async up(database: Kysely<unknown>): Promise<void> {
      await database.schema
        .createTable('release_revisions')
        .addColumn('sequence', 'integer', sequence(engine))
        .addColumn('release_id', 'text', (column) => column.notNull())
        .addColumn('service', 'text', (column) => column.notNull())
        .addColumn('environment', 'text', (column) => column.notNull())
        .addColumn('version', 'text', (column) => column.notNull())
        .addColumn('recorded_at', 'text', (column) => column.notNull())
        .addColumn('body', 'text', (column) => column.notNull())
        .execute()
      await database.schema
        .createIndex('release_revisions_by_release')
        .on('release_revisions')
        .columns(['release_id', 'sequence'])
        .execute()
      await database.schema
        .createTable('verdicts')
        .addColumn('sequence', 'integer', sequence(engine))
        .addColumn('release_id', 'text', (column) => column.notNull())
        .addColumn('evaluated_at', 'text', (column) => column.notNull())
        .addColumn('verdict', 'text', (column) => column.notNull())
        .addColumn('phase', 'text', (column) => column.notNull())
        .addColumn('headline', 'text', (column) => column.notNull())
        .addColumn('findings', 'integer', (column) => column.notNull())
        .addColumn('body', 'text', (column) => column.notNull())
        .addColumn('evidence', 'text', (column) => column.notNull())
        .execute()
      await database.schema
        .createIndex('verdicts_by_release')
        .on('verdicts')
        .columns(['release_id', 'sequence'])
        .execute()
      await database.schema
        .createTable('watch_states')
        .addColumn('release_id', 'text', (column) => column.primaryKey())
        .addColumn('body', 'text', (column) => column.notNull())
        .execute()
      await database.schema
        .createTable('seen_versions')
        .addColumn('service', 'text', (column) => column.notNull())
        .addColumn('environment', 'text', (column) => column.notNull())
        .addColumn('version', 'text', (column) => column.notNull())
        .addColumn('first_seen', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('seen_versions_key', ['service', 'environment', 'version'])
        .execute()
    },
  },
  '0002_replicas': {
    async up(database: Kysely<unknown>): Promise<void> {
      await database.schema
        .createTable('latest_looks')
        .addColumn('release_id', 'text', (column) => column.primaryKey())
        .addColumn('verdict', 'text', (column) => column.notNull())
        .addColumn('evidence', 'text', (column) => column.notNull())
        .execute()
      await database.schema
        .createTable('leases')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('holder', 'text', (column) => column.notNull())
        .addColumn('fence', 'integer', (column) => column.notNull())
        .addColumn('expires', 'bigint', (column) => column.notNull())
        .execute()
    },
  },
  '0003_config_snapshots': {
    async up(database: Kysely<unknown>): Promise<void> {
      let table = database.schema
        .createTable('config_snapshots')
        .addColumn('sequence', 'integer', sequence(engine))
      for (const name of [...snapshotColumns, 'body']) {
        table = table.addColumn(name, 'text', (column) => column.notNull())
      }
      await table.execute()
      await database.schema
        .createIndex('config_snapshots_by_service')
        .on('config_snapshots')
        .columns(['environment', 'service', 'sequence'])
        .execute()
    },
  },
  '0004_sign_offs': {
    async up(database: Kysely<unknown>): Promise<void> {
      let table = database.schema
        .createTable('sign_offs')
        .addColumn('sequence', 'integer', sequence(engine))
      for (const name of ['release_id', 'signed_at', 'signed_by', 'body']) {
        table = table.addColumn(name, 'text', (column) => column.notNull())
      }
      await table.execute()
      await database.schema
        .createIndex('sign_offs_by_release')
        .on('sign_offs')
        .columns(['release_id', 'sequence'])
        .execute()
    },
  },
  '0005_incidents': {
    async up(database: Kysely<unknown>): Promise<void> {
      let table = database.schema
        .createTable('incident_revisions')
        .addColumn('sequence', 'integer', sequence(engine))
      for (const name of ['incident_id', 'recorded_at', 'body']) {
        table = table.addColumn(name, 'text', (column) => column.notNull())
      }
      await table.execute()
    },
  },
  '0006_self_checks': {
    async up(database: Kysely<unknown>): Promise<void> {
      let table = database.schema
        .createTable('self_checks')
        .addColumn('sequence', 'integer', sequence(engine))
      for (const name of ['service', 'environment', 'checked_at', 'body']) {
        table = table.addColumn(name, 'text', (column) => column.notNull())
      }
      await table.execute()
      await database.schema
        .createIndex('self_checks_by_service')
        .on('self_checks')
        .columns(['service', 'environment', 'sequence'])
        .execute()
    },
  },
})
