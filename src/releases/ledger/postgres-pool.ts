import { Pool } from 'pg'
import { AftergreenError } from '../../errors.ts'

/**
 * Connections to the PostgreSQL database of a ledger. Never repeats the address in an error: it holds a password.
 * @param url `postgres://user:password@host:5432/database`, with the parameters of libpq (`?sslmode=verify-full`)
 * @throws USAGE
 */
export function postgresPool(url: string, log: (line: string) => void): Pool {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new AftergreenError(
      'USAGE',
      'AFTERGREEN_LEDGER_URL is not the address of a PostgreSQL database.',
      {
        hint: 'Write it as postgres://user:password@host:5432/database.',
      },
    )
  }
  const pool = new Pool({
    connectionString: url,
    application_name: 'aftergreen',
    max: 8,
    connectionTimeoutMillis: 5000,
    query_timeout: 15_000,
    statement_timeout: 15_000,
    // a transaction whose replica is gone must not keep the others waiting
    idle_in_transaction_session_timeout: 15_000,
    keepAlive: true,
  })
  // a connection that ends while nobody uses it; the next request makes another one
  pool.on('error', (error) => log(`A connection to the ledger ended: ${error.message}`))
  return pool
}
