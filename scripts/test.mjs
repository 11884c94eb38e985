/**
 * All checks, in the order in which they are cheap: types, lint, format, tests; with `--all` also the tests that take
 * minutes (`test/long/`). Other arguments go to vitest. Ends with one line that says what passed, what failed and what was
 * not run; what was not run is never a pass (exit code 2).
 */
import { spawnSync } from 'node:child_process'
import { delimiter, join, resolve } from 'node:path'

import { ensurePostgresql } from './ensure-postgresql.mjs'
import { ensurePython } from './ensure-python.mjs'
import { findChromium } from './find-chromium.mjs'

const root = resolve(import.meta.dirname, '..')
const bin = join(root, 'node_modules', '.bin')
const chromium = findChromium()
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` }
if (chromium !== null) env.CHROMIUM_PATH = chromium

const browserTests = ['test/web*.test.ts', 'test/long/web*.test.ts']
const postgresqlTests = ['test/long/cluster.test.ts', 'test/long/ledger-postgresql.test.ts']
const pythonTests = [
  'test/config-coverage.test.ts',
  'test/config-drift.test.ts',
  'src/config/coverage/shape-classes.test.ts',
  'src/config/drift/config-reporter.test.ts',
]
const args = process.argv.slice(2)
const everything = args.includes('--all')
const vitest = ['vitest', 'run', ...args.filter((arg) => arg !== '--all')]
if (!everything) vitest.push('--project', 'unit', '--project', 'system')
/** @param {string} line */
const say = (line) => void process.stderr.write(`${line}\n`)
const noPostgresql = everything && !ensurePostgresql(say)
const noPython = !ensurePython(say)
const excluded = [
  ...(chromium === null ? browserTests : []),
  ...(noPostgresql ? postgresqlTests : []),
  ...(noPython ? pythonTests : []),
]
env.AFTERGREEN_TESTS_WITHOUT = excluded.join(',')

const steps = [
  {
    name: 'types',
    commands: [
      ['tsc', '--noEmit'],
      ['tsc', '--noEmit', '-p', 'web'],
    ],
  },
  { name: 'lint', commands: [['oxlint', '--type-aware']] },
  { name: 'format', commands: [['oxfmt', '--check']] },
  { name: 'tests', commands: [vitest] },
]

const started = performance.now()
const failed = steps.filter(({ name, commands }) => {
  process.stdout.write(`\n== ${name}\n`)
  // Every command of a step runs, so that one run tells everything.
  return commands.map(run).includes(false)
})

const seconds = Math.round((performance.now() - started) / 1000)
const passed = steps.filter((step) => !failed.includes(step))
const notRun = [
  ...(chromium === null
    ? ['browser tests, since there is no Chromium (install it, or set CHROMIUM_PATH)']
    : []),
  ...(noPostgresql
    ? ['tests of the cluster, since there is no PostgreSQL (install the package postgresql)']
    : []),
  ...(noPython
    ? ['tests of configuration in Python, since there is none (install the package python3)']
    : []),
]
const said = [
  sentence(
    'Failed',
    failed.map(({ name }) => name),
  ),
  sentence('Not run', notRun),
  sentence(
    'Passed',
    passed.map(({ name }) => name),
  ),
].join('')
process.stdout.write(`\n${said}${seconds} s.\n`)
process.exitCode = failed.length > 0 ? 1 : notRun.length > 0 ? 2 : 0

/** @param {string[]} command */
function run([program = '', ...args]) {
  const { status, error } = spawnSync(join(bin, program), args, {
    cwd: root,
    env,
    stdio: 'inherit',
  })
  if (error !== undefined) process.stderr.write(`${program}: ${error.message}\n`)
  return status === 0
}

/**
 * @param {string} label
 * @param {string[]} names
 */
function sentence(label, names) {
  return names.length === 0 ? '' : `${label}: ${names.join(', ')}. `
}
