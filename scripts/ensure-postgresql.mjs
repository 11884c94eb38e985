import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

import { findPostgresql } from './find-postgresql.mjs'

/**
 * Installs PostgreSQL from the system's packages where there is none and it is possible without a question; else says
 * what follows. No server is left running: the tests start their own.
 * @param {(line: string) => void} say
 * @returns {boolean} whether there is one
 */
export function ensurePostgresql(say) {
  if (findPostgresql() !== null) return true
  const asRoot = rootPrefix()
  if (asRoot !== null && existsSync('/usr/bin/apt-get')) {
    say('Installing PostgreSQL for the tests of the cluster.')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    for (const args of [
      ['update', '-qq'],
      ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'],
    ]) {
      const [program = 'apt-get', ...rest] = [...asRoot, 'apt-get', ...args]
      spawnSync(program, rest, { env, stdio: ['ignore', 2, 2] })
    }
  }
  if (findPostgresql() !== null) return true
  say(
    'No PostgreSQL was found: the tests of the cluster cannot run, and will be reported as not run. Install the package postgresql.',
  )
  return false
}

/** What to put before a command that needs root; null where there is no way without a password. */
function rootPrefix() {
  if (process.getuid?.() === 0) return []
  const { status } = spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' })
  return status === 0 ? ['sudo', '-n'] : null
}
