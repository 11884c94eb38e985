import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

import { findChromium } from './find-chromium.mjs'

export function chromiumIsMissing() {
  return findChromium() === null
}

/**
 * Installs Chromium from the system's packages where that is possible without a question; else says what follows.
 * @param {(line: string) => void} say
 */
export function installChromium(say) {
  const asRoot = rootPrefix()
  if (!process.env.CHROMIUM_PATH && asRoot !== null && existsSync('/usr/bin/apt-get')) {
    say('Installing Chromium for the browser tests.')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    for (const args of [
      ['update', '-qq'],
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
    ]) {
      const [program = 'apt-get', ...rest] = [...asRoot, 'apt-get', ...args]
      spawnSync(program, rest, { env, stdio: ['ignore', 2, 2] })
    }
  }
  if (!chromiumIsMissing()) return
  say(
    'No Chromium was found: the browser tests cannot run, and will be reported as not run. Install Chromium, or set CHROMIUM_PATH.',
  )
}

/** What to put before a command that needs root; null where there is no way without a password. */
function rootPrefix() {
  if (process.getuid?.() === 0) return []
  const { status } = spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' })
  return status === 0 ? ['sudo', '-n'] : null
}
