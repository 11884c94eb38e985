import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import path from 'node:path'

/**
 * What this thread compiles from here on is kept for the next process, in the cache folder of its user (`XDG_CACHE_HOME`,
 * `~/.cache`): a thread of the search starts in a third of the processor time. Where the folder cannot be written,
 * nothing is kept. `NODE_COMPILE_CACHE` names another folder, `NODE_DISABLE_COMPILE_CACHE` keeps nothing.
 */
export function keepCompiled(): void {
  const { XDG_CACHE_HOME: given = '' } = process.env
  try {
    const folder = given === '' ? path.join(homedir(), '.cache') : given
    enableCompileCache(path.join(folder, 'aftergreen'))
  } catch {
    // a user without a home: it only takes longer to start
  }
}
