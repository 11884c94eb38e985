/** Compiles the package into dist/: the program, the pages, and the file that npm links as `aftergreen`. */
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { copyGrammars } from './copy-grammars.mjs'
import { buildPages, pagesAreStale } from './ensure-pages.mjs'

const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')

/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`)

rmSync(dist, { recursive: true, force: true })
// the second: types of what other programs import
for (const project of ['tsconfig.build.json', 'tsconfig.types.json']) {
  const tsc = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', project], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (tsc.status !== 0) {
    say('The sources do not compile; the lines above say why.')
    process.exit(1)
  }
}
removeFolders(dist, 'testing')
if (pagesAreStale(root)) buildPages(root, say)
cpSync(join(root, 'web', 'dist'), join(dist, 'web'), { recursive: true })
copyGrammars(root, dist)
const tracers = join('src', 'config', 'coverage', 'tracers')
cpSync(join(root, tracers), join(dist, tracers), { recursive: true })
const environments = join('demo', 'shop', 'environments')
cpSync(join(root, environments), join(dist, environments), { recursive: true })
mkdirSync(join(dist, 'bin'))
const bin = join(dist, 'bin', 'aftergreen.js')
copyFileSync(join(root, 'scripts', 'bin.js'), bin)
chmodSync(bin, 0o755)

/**
 * What only tests use is no part of the package.
 * @param {string} folder
 * @param {string} name
 */
function removeFolders(folder, name) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const path = join(folder, entry.name)
    if (entry.name === name) rmSync(path, { recursive: true })
    else removeFolders(path, name)
  }
}
