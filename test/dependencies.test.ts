import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { expect, it } from 'vitest'

import { importsOf } from './layers/imports-of.ts'

const root = resolve(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8')
const {
  dependencies,
  devDependencies,
}: Record<string, Record<string, string>> = JSON.parse(read('package.json'))
const wanted: Record<string, string> = { ...dependencies, ...devDependencies }

/** The rows of the page: package, version, licence, reason, runner-up. */
const rows = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)].map(
  ([, name = '', rest = '']) => [name, ...rest.split('|').map((cell) => cell.trim())],
)

it('the page has every dependency that is used', () => {
  const sources = globSync('{src,demo,web,bench,test,scripts}/**/*.{ts,tsx,mjs}', {
    cwd: root,
    exclude: ['web/dist/**'],
  })
  const imported = new Set(
    sources.flatMap((path) =>
      importsOf(path, read(path)).map(({ specifier }) => packageOf(specifier ?? '')),
    ),
  )
  const missing = Object.keys(wanted).filter(
    (name) => imported.has(name) && !rows.some(([row]) => row === name),
  )
  expect(imported).toContain('vitest')
  expect(missing).toEqual([])
})

it('the page has no dependency that is not there', () => {
  expect(rows.length).toBeGreaterThan(20)
  expect(rows.map(([name]) => name).filter((name) => !Object.hasOwn(wanted, name ?? ''))).toEqual(
    [],
  )
})

it.each(rows)('the page is right about %s', (name, version, licence, reason, runnerUp) => {
  const installed: { version: string; license: string } = JSON.parse(
    read(`node_modules/${name}/package.json`),
  )
  expect([version, version, licence]).toEqual([
    wanted[name ?? ''],
    installed.version,
    installed.license,
  ])
  expect(reason).not.toBe('')
  expect(runnerUp).not.toBe('')
})

it('every version is exact', () => {
  expect(Object.values(wanted).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
})

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
