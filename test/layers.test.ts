import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { describe, expect, it } from 'vitest'

import { layers, violationsIn } from './layers/violations-in.ts'

const root = resolve(import.meta.dirname, '..')
const packages = new Set(['hono', '@clickhouse/client'])

describe('the house', () => {
  const files = globSync('{src,web,demo}/**/*.{ts,tsx}', { cwd: root, exclude: ['web/dist/**'] })
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(resolve(root, 'package.json'), 'utf8'),
  )

  it('has files to look at', () => {
    expect(files.filter((path) => path.startsWith('src/')).length).toBeGreaterThan(30)
    expect(files.filter((path) => path.startsWith('web/')).length).toBeGreaterThan(10)
  })

  it('keeps the order of layers', () => {
    const runtime = new Set(Object.keys(dependencies))
    const found = files.flatMap((path) =>
      violationsIn(path, readFileSync(resolve(root, path), 'utf8'), runtime),
    )
    expect(found).toEqual([])
  })
})

describe('every kind of violation is seen', () => {
  it.each([
    ['an import from below', 'src/store/a.ts', "import { x } from '../releases/b.ts'"],
    ['a type from below', 'src/store/a.ts', "import type { X } from '../releases/b.ts'"],
    ['a type by import', 'src/store/a.ts', "let x: import('../releases/b.ts').X"],
    [
      'a type deep inside',
      'src/store/a.ts',
      "interface A { f(x: Map<string, import('../cli/b.ts').X>): void }",
    ],
    ['an export from below', 'src/store/a.ts', "export { x } from '../releases/b.ts'"],
    ['a type exported from below', 'src/store/a.ts', "export type { X } from '../releases/b.ts'"],
    ['an export of everything', 'src/store/a.ts', "export * from '../releases/b.ts'"],
    [
      'an export of everything under a name',
      'src/store/a.ts',
      "export * as all from '../releases/b.ts'",
    ],
    ['an import for its effect', 'src/store/a.ts', "import '../releases/b.ts'"],
    [
      'a dynamic import',
      'src/store/a.ts',
      "async function f() { await import('../releases/b.ts') }",
    ],
    [
      'a dynamic import in quotes of another kind',
      'src/store/a.ts',
      'await import(`../releases/b.ts`)',
    ],
    ['a computed import', 'src/store/a.ts', 'await import(name)'],
    ['a way round through the root', 'src/store/a.ts', "import '../../src/releases/b.ts'"],
    ['an import from a deeper folder', 'src/store/spool/a.ts', "import '../../cli/b.ts'"],
    [
      'the last layer from the last but one',
      'src/server/a.ts',
      "import type { X } from '../cli/b.ts'",
    ],
    ['a layer from a shared file', 'src/errors.ts', "import './stats/a.ts'"],
    ['a file beside the layers', 'src/stats/a.ts', "import '../other.ts'"],
    ['a folder without a place', 'src/utils/a.ts', ''],
    ['the pages from src', 'src/cli/a.ts', "import '../../web/src/b.ts'"],
    ['a test from src', 'src/cli/a.ts', "import '../../test/b.ts'"],
    ['a benchmark from src', 'src/cli/a.ts', "import type { X } from '../../bench/b.ts'"],
    ['the demo from src, at start', 'src/cli/a.ts', "import { runDemo } from '../../demo/run.ts'"],
    ['the demo from another layer', 'src/server/a.ts', "await import('../../demo/run.ts')"],
    ['the inside of the demo', 'src/cli/a.ts', "await import('../../demo/run/b.ts')"],
    ['what is for tests', 'src/cli/a.ts', "import '../server/testing/b.ts'"],
    ['a package that is not installed', 'src/cli/a.ts', "import 'vitest'"],
    ['a part of such a package', 'demo/a.ts', "import '@types/node/x'"],
    ['a builtin without node:', 'src/cli/a.ts', "import 'fs'"],
    ['a builtin in pure mathematics', 'src/stats/a.ts', "import 'node:fs'"],
    ['a package in pure mathematics', 'src/cohorts/a.ts', "import 'hono'"],
    ['chance in pure mathematics', 'src/stats/a.ts', 'export const x = Math.random()'],
    [
      'a source in the search',
      'src/cohorts/search/a.ts',
      "import { openFile } from '../source/b.ts'",
    ],
    ['a clock in pure mathematics', 'src/cohorts/a.ts', 'export const x = Date.now()'],
    ['code of src in the pages', 'web/src/a.tsx', "import { x } from '../../src/errors.ts'"],
    [
      'an inline type in the pages, which loads the file',
      'web/src/a.ts',
      "import { type X } from '../../src/errors.ts'",
    ],
    ['the demo in the pages', 'web/src/a.ts', "import type { X } from '../../demo/run.ts'"],
    ['the tests in the demo', 'demo/a.ts', "import '../test/b.ts'"],
  ])('%s', (_, path, text) => {
    expect(violationsIn(path, text, packages)).toHaveLength(1)
  })
})

describe('what is allowed is not reported', () => {
  it.each([
    [
      'src/cli/a.ts',
      "import '../stats/b.ts'\nimport type { X } from '../server/c.ts'\nexport * from './d.ts'",
    ],
    ['src/stats/a.ts', "import { AftergreenError } from '../errors.ts'\nimport '../signal.ts'"],
    ['src/cli/commands/a.ts', "await import('../../../demo/run.ts')"],
    ['src/server/a.ts', "import 'hono/body-limit'\nimport 'node:fs'\nimport '@clickhouse/client'"],
    ['src/server/a.test.ts', "import 'vitest'\nimport './testing/b.ts'\nimport '../../test/c.ts'"],
    [
      'src/stats/a.ts',
      "// not Math.random: import '../cli/b.ts'\nconst text = \"import '../cli/b.ts'\"",
    ],
    [
      'web/src/a.tsx',
      "import type { X } from '../../src/releases/verdict.ts'\nimport 'react'\nexport const a = <p />",
    ],
    ['demo/a.ts', "import '../src/cli/b.ts'"],
  ])('%s', (path, text) => {
    expect(violationsIn(path, text, packages)).toEqual([])
  })
})

it('knows the layers of the design', () => {
  expect(layers.join(', ')).toBe(
    'stats, otlp, store, ask, cohorts, signals, config, assumptions, storms, releases, integrations, server, cli',
  )
})
