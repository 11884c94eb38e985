import { findPostgresql } from './find-postgresql.mjs'
import { installDebianPackages } from './install-debian-packages.mjs'

/**
 * Installs PostgreSQL from the system's packages where there is none and it is possible without a question; else says
 * what follows. No server is left running: the tests start their own.
 * @param {(line: string) => void} say
 * @returns {boolean} whether there is one
 */
export function ensurePostgresql(say) {
  if (findPostgresql() !== null) return true
  installDebianPackages(['postgresql'], 'Installing PostgreSQL for the tests of the cluster.', say)
  if (findPostgresql() !== null) return true
  say(
    'No PostgreSQL was found: the tests of the cluster cannot run, and will be reported as not run. Install the package postgresql.',
  )
  return false
}
