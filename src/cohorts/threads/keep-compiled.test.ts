import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'

const folder = mkdtempSync(path.join(tmpdir(), 'aftergreen-compiled-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const keeper = new URL('./keep-compiled.ts', import.meta.url).href
const kept = new URL('../compare-values.ts', import.meta.url).href

/** A process that keeps what it compiles, and says that it has come to its end. */
const said = (cache: string): string => {
  const code = `const { keepCompiled } = await import('${keeper}'); keepCompiled(); await import('${kept}'); console.log('end')`
  const { NODE_COMPILE_CACHE: _one, NODE_DISABLE_COMPILE_CACHE: _other, ...given } = process.env
  return execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
    env: { ...given, XDG_CACHE_HOME: cache },
  })
}

it('keeps what is compiled in the cache folder of the user', () => {
  expect(said(folder)).toBe('end\n')
  const entries = readdirSync(path.join(folder, 'aftergreen'), { recursive: true })
  expect(entries.length).toBeGreaterThan(1)
})

it('where the folder cannot be written, nothing is kept and nothing fails', () => {
  expect(said('/dev/null')).toBe('end\n')
})
