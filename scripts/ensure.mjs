/**
 * Makes sure that everything a script of this package needs is there, and does nothing where it is. Plain JavaScript,
 * since it runs before anything is installed, on whatever Node (20 or newer) the machine has. It writes to standard
 * error only.
 */
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import { chromiumIsMissing, installChromium } from './ensure-chromium.mjs'
import { installPackages, packagesAreMissing } from './ensure-packages.mjs'
import { buildPages, pagesAreStale } from './ensure-pages.mjs'
import { withLock } from './with-lock.mjs'

const root = resolve(fileURLToPath(import.meta.url), '../..')
const browser = process.argv.includes('--browser')

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`)
}

/** @returns {boolean} */
function somethingIsMissing() {
  return packagesAreMissing(root) || pagesAreStale(root) || (browser && chromiumIsMissing())
}

async function ensure() {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major < 20) {
    throw new Error(
      `This needs Node 20 or newer to install its own Node; this is ${process.version}.`,
    )
  }
  if (!somethingIsMissing()) return
  await withLock(root, say, () => {
    // Whoever held the lock before may have done the work.
    if (packagesAreMissing(root)) installPackages(root, say)
    if (pagesAreStale(root)) buildPages(root, say)
    if (browser && chromiumIsMissing()) installChromium(say)
  })
}

try {
  await ensure()
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  say(
    `The command was not started. To begin afresh, remove ${join(root, 'node_modules')} and try again.`,
  )
  process.exitCode = 70
}
