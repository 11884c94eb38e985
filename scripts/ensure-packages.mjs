import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** @param {string} root */
const stampPath = (root) => join(root, 'node_modules', '.aftergreen-installed')
/** @param {string} root */
const pinnedNode = (root) => join(root, 'node_modules', '.bin', 'node')

/**
 * Whether the installed packages are not those of the lock file, or the pinned Node is not there.
 * @param {string} root
 */
export function packagesAreMissing(root) {
  return !isProgram(pinnedNode(root)) || read(stampPath(root)) !== stampOf(root)
}

/**
 * Installs what the lock file says, and the pinned Node.
 * @param {string} root
 * @param {(line: string) => void} say
 */
export function installPackages(root, say) {
  if (!isInstalled(root)) {
    say('Installing packages (once; a few minutes at most).')
    // `npm ci` refuses a lock file that lacks a package of another platform; `npm install` then does what it can.
    const exact = npm(root, ['ci'], 'pipe')
    if (!exact.ok && !npm(root, ['install', '--no-save'], 'inherit').ok) {
      say(exact.said)
      throw new Error('The packages could not be installed; npm said why above.')
    }
  }
  if (!runsVersion24(root)) installPinnedNode(root, say)
  writeFileSync(stampPath(root), stampOf(root))
}

/**
 * @param {string} root
 * @param {string[]} command
 * @param {'pipe' | 'inherit'} output Kept, or let through to standard error: standard output belongs to the command that follows.
 */
function npm(root, command, output) {
  const args = [...command, '--no-audit', '--no-fund', '--include=dev', '--loglevel=error']
  const script = process.env.npm_execpath
  const isNpm = script !== undefined && /npm-cli\.[cm]?js$/.test(script)
  const [program, all] = isNpm ? [process.execPath, [script, ...args]] : ['npm', args]
  const stdio = output === 'pipe' ? 'pipe' : 2
  const { status, error, stderr } = spawnSync(program, all, {
    cwd: root,
    stdio: ['ignore', stdio, stdio],
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  })
  return { ok: error === undefined && status === 0, said: error?.message ?? stderr ?? '' }
}

/**
 * The package `node` fetches the program in its install script. Where scripts are switched off, that one step is run
 * here: without it nothing else could run.
 * @param {string} root
 * @param {(line: string) => void} say
 */
function installPinnedNode(root, say) {
  const folder = join(root, 'node_modules', 'node')
  say('Installing the pinned Node.')
  spawnSync(process.execPath, ['installArchSpecificPackage'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
  })
  if (!existsSync(pinnedNode(root))) {
    try {
      symlinkSync(join('..', 'node', 'bin', 'node'), pinnedNode(root))
    } catch {
      // said below, with the version
    }
  }
  if (!runsVersion24(root)) {
    throw new Error(
      'The pinned Node 24 could not be installed: npm must be allowed to run the install script of the package "node" (see ignore-scripts in your npm settings).',
    )
  }
}

/** @param {string} root */
function runsVersion24(root) {
  const { status, stdout } = spawnSync(pinnedNode(root), ['--version'], { encoding: 'utf8' })
  return status === 0 && stdout.startsWith('v24.')
}

/**
 * Whether npm's own record of what it installed has every package of the lock file in its version: then somebody has
 * installed by hand, and nothing is to be done.
 * @param {string} root
 */
function isInstalled(root) {
  const wanted = packagesIn(join(root, 'package-lock.json'))
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'))
  if (wanted === null || installed === null) return false
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || optional || installed[path]?.version === version,
  )
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean }> | null}
 */
function packagesIn(path) {
  const text = read(path)
  return text === null ? null : (JSON.parse(text).packages ?? null)
}

/** @param {string} root */
function stampOf(root) {
  const lock = read(join(root, 'package-lock.json')) ?? ''
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform} ${process.arch}\n`
}

/** @param {string} path */
function isProgram(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  // The package leaves a file of a few bytes where its install script has not run.
  return stat !== undefined && stat.size > 1_000_000
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
