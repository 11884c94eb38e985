import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/**
 * Installs packages of the system, where that is possible without a question; else does nothing.
 * @param {string[]} packages
 * @param {string} why one sentence, said before
 * @param {(line: string) => void} say
 */
export function installDebianPackages(packages, why, say) {
  const asRoot = rootPrefix()
  if (asRoot === null || !existsSync('/usr/bin/apt-get')) return
  say(why)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    const [program = 'apt-get', ...rest] = [...asRoot, 'apt-get', ...args]
    spawnSync(program, rest, { env, stdio: ['ignore', 2, 2] })
  }
}

/** What to put before a command that needs root; null where there is no way without a password. */
function rootPrefix() {
  if (process.getuid?.() === 0) return []
  const { status } = spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' })
  return status === 0 ? ['sudo', '-n'] : null
}
