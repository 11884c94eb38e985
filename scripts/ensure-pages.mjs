import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Folders of web/ that the pages are not built from. */
const apart = new Set(['dist', 'fixtures', 'scripts', 'node_modules'])

/**
 * Whether the built pages are missing, or older than what they are built from.
 * @param {string} root
 */
export function pagesAreStale(root) {
  const web = join(root, 'web')
  if (!existsSync(join(web, 'index.html'))) return false
  const built = statSync(join(web, 'dist', 'index.html'), { throwIfNoEntry: false })
  return built === undefined || newestIn(web) > built.mtimeMs
}

/**
 * Builds the pages with the pinned Node.
 * @param {string} root
 * @param {(line: string) => void} say
 */
export function buildPages(root, say) {
  say('Building the pages.')
  const bin = join(root, 'node_modules', '.bin')
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const { status, stdout, stderr } = spawnSync(
    join(bin, 'node'),
    [vite, 'build', 'web', '--logLevel', 'warn'],
    // under a test runner NODE_ENV is `test`, and the pages would carry React's development build
    { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } },
  )
  if (status === 0) return
  say(`${stdout}${stderr}`.trimEnd())
  throw new Error('The pages could not be built; the lines above say why.')
}

/**
 * The newest time of change, in ms, of a folder's sources: files, and folders too, whose time tells of removed files.
 * @param {string} web
 */
function newestIn(web) {
  let newest = 0
  for (const entry of readdirSync(web, { withFileTypes: true })) {
    if (apart.has(entry.name) || /\.test\.tsx?$/.test(entry.name)) continue
    const path = join(web, entry.name)
    const own = statSync(path).mtimeMs
    newest = Math.max(newest, own, entry.isDirectory() ? newestIn(path) : 0)
  }
  return newest
}
