import { findChromium } from './find-chromium.mjs'
import { installDebianPackages } from './install-debian-packages.mjs'

export function chromiumIsMissing() {
  return findChromium() === null
}

/**
 * Installs Chromium from the system's packages where that is possible without a question; else says what follows.
 * @param {(line: string) => void} say
 */
export function installChromium(say) {
  if (!process.env.CHROMIUM_PATH) {
    installDebianPackages(['chromium'], 'Installing Chromium for the browser tests.', say)
  }
  if (!chromiumIsMissing()) return
  say(
    'No Chromium was found: the browser tests cannot run, and will be reported as not run. Install Chromium, or set CHROMIUM_PATH.',
  )
}
