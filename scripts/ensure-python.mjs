import { spawnSync } from 'node:child_process'

import { installDebianPackages } from './install-debian-packages.mjs'

/**
 * Installs Python, and the reader of dotenv files that our own is held against, where they are missing and it is possible
 * without a question; else says what follows.
 * @param {(line: string) => void} say
 * @returns {boolean} whether there is Python
 */
export function ensurePython(say) {
  if (runs('import dotenv.variables')) return true
  installDebianPackages(
    ['python3', 'python3-dotenv'],
    'Installing Python for the tests of configuration.',
    say,
  )
  if (runs('')) return true
  say(
    'No Python was found: tests of configuration in Python cannot run, and will be reported as not run. Install the package python3.',
  )
  return false
}

/** @param {string} script */
function runs(script) {
  return spawnSync('python3', ['-c', script], { stdio: 'ignore' }).status === 0
}
