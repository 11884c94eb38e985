import { join } from 'node:path'
import { Kysely, PostgresDialect, SqliteDialect, type Dialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import { AftergreenError } from '../../errors.ts'
import { ledgerMigrations, type LedgerEngine, type LedgerSchema } from './ledger-schema.ts'
import type { Ledger } from './ledger.ts'
import { ledgerOver } from './ledger-over.ts'
import { openNodeSqlite } from './node-sqlite.ts'
import { postgresPool } from './postgres-pool.ts'

/**
 * Opens the ledger and brings it up to date: in the data folder, or in the PostgreSQL database at `url`.
 * @throws LEDGER where it cannot be opened or migrated; LEDGER_UNAVAILABLE, USAGE
 */
export async function openLedger(
  dataFolder: string,
  url?: string,
  log: (line: string) => void = () => {},
): Promise<Ledger> {
  if (url) {
    const pool = postgresPool(url, log)
    return await open('postgresql', () => new PostgresDialect({ pool }), unusableServer)
  }
  const file = join(dataFolder, 'ledger.sqlite')
  const dialect = (): Dialect => new SqliteDialect({ database: openNodeSqlite(file) })
  return await open('sqlite', dialect, (cause) => unusableFile(file, cause))
}

async function open(
  engine: LedgerEngine,
  dialect: () => Dialect,
  unusable: (cause: unknown) => AftergreenError,
): Promise<Ledger> {
  let database: Kysely<LedgerSchema> | undefined
  try {
    database = new Kysely<LedgerSchema>({ dialect: dialect() })
    const provider = { getMigrations: () => Promise.resolve(ledgerMigrations(engine)) }
    const { error } = await new Migrator({ db: database, provider }).migrateToLatest()
    if (error !== undefined) throw error
    return ledgerOver(database, engine)
  } catch (cause) {
    await database?.destroy().catch(() => {})
    throw unusable(cause)
  }
}

function unusableFile(file: string, cause: unknown): AftergreenError {
  return new AftergreenError('LEDGER', `The ledger ${file} could not be opened.`, {
    hint: 'Check that the folder is writable and has free space, or name another one with --data.',
    cause,
  })
}

function unusableServer(cause: unknown): AftergreenError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new AftergreenError('LEDGER', `The ledger in PostgreSQL could not be opened: ${reason}`, {
    hint: 'Check the address, the user and the database in AFTERGREEN_LEDGER_URL; the user must be allowed to create tables there.',
    cause,
  })
}
