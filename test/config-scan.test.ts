import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type RepositoryScan, scanRepository } from '../src/config/scan/scan-repository.ts'
import { scripts } from './config-scan/scripts.ts'

const made: string[] = []

function repository(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'aftergreen-scan-'))
  made.push(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const keysOf = (scan: RepositoryScan): string[] =>
  [...new Set(scan.reads.map((it) => it.key))].toSorted()

afterAll(() => {
  for (const root of made) rmSync(root, { recursive: true, force: true })
})

describe('what scripts read', () => {
  // one scan for all: each case has a folder of its own
  const all = repository(
    Object.fromEntries(
      scripts.flatMap(({ files }, i) =>
        Object.entries(files).map(([path, text]) => [`case${i}/${path}`, text] as const),
      ),
    ),
  )
  const scanned = scanRepository(all, { threads: 1 })

  it.each(scripts.map((it, i) => ({ ...it, i })))('$name', async ({ keys, i }) => {
    const { reads } = await scanned
    const own = reads.filter((it) => it.location.file.startsWith(`case${i}/`))
    expect([...new Set(own.map((it) => it.key))].toSorted()).toEqual(keys.toSorted())
  })
})

describe('what is told of a read', () => {
  it('has default, type, need, sink, component and phase', async () => {
    const root = repository({
      'api/package.json': '{"name":"api"}',
      'api/src/main.ts': `import Stripe from 'stripe'
export const port = Number(process.env.PORT ?? 3000)
export const debug = process.env.DEBUG_MODE === 'true'
const key = process.env.STRIPE_KEY
if (!key) throw new Error('STRIPE_KEY is missing')
export const stripe = new Stripe(key)
export const host = process.env.HOST_NAME || 'localhost'
`,
      'api/test/main.test.ts': 'process.env.ONLY_TEST',
      'api/vite.config.ts': 'export default { base: process.env.BASE_PATH }',
    })
    const { reads, components } = await scanRepository(root, { threads: 1 })
    const of = (key: string): unknown => reads.find((it) => it.key === key)
    expect(components).toEqual(['api'])
    expect(of('PORT')).toEqual({
      key: 'PORT',
      template: false,
      tier: 'direct',
      language: 'typescript',
      location: { file: 'api/src/main.ts', line: 2, column: 28 },
      component: 'api',
      phase: 'run',
      default: { literal: '3000', forEmpty: false },
      type: 'number',
    })
    expect(of('DEBUG_MODE')).toMatchObject({ type: 'boolean' })
    expect(of('STRIPE_KEY')).toMatchObject({ required: true, sink: 'new Stripe' })
    expect(of('HOST_NAME')).toMatchObject({ default: { literal: 'localhost', forEmpty: true } })
    expect(of('ONLY_TEST')).toMatchObject({ phase: 'test' })
    expect(of('BASE_PATH')).toMatchObject({ phase: 'build' })
  })

  it('lists what it cannot see', async () => {
    const root = repository({
      'a.js': 'export const f = () => process.env[pick()]\nsend({ ...process.env })\n',
      'b.py': '\0\0\0',
    })
    const { residual } = await scanRepository(root, { threads: 1 })
    expect(residual.dynamic.map((it) => it.text)).toEqual(['process.env[pick()]'])
    expect(residual.wholeObject.map((it) => it.location)).toEqual([
      { file: 'a.js', line: 2, column: 11 },
    ])
    expect(residual.unparsed).toEqual([
      { location: { file: 'b.py', line: 1 }, reason: 'The file is binary.' },
    ])
  })
})

describe('what is looked at', () => {
  it('leaves out what is ignored, installed, linked or no source', async () => {
    const root = repository({
      '.gitignore': '*.gen.js\n!keep.gen.js\n/out/\n',
      'a.js': 'process.env.KEY_A',
      'b.gen.js': 'process.env.KEY_B',
      'keep.gen.js': 'process.env.KEY_C',
      'out/c.js': 'process.env.KEY_D',
      'in/out/c.js': 'process.env.KEY_E',
      'in/.gitignore': 'secret.js\n',
      'in/secret.js': 'process.env.KEY_F',
      'node_modules/x/i.js': 'process.env.KEY_G',
    })
    symlinkSync(root, join(root, 'loop'))
    const scan = await scanRepository(root, { threads: 1 })
    expect(keysOf(scan)).toEqual(['KEY_A', 'KEY_C', 'KEY_E'])
    expect(scan.files).not.toContain('loop/a.js')
  })

  it('remembers the facts of files that did not change', async () => {
    const root = repository({ 'a.js': 'process.env.KEY_A', 'b.js': 'process.env.KEY_B' })
    const cache = join(repository({}), 'cache')
    const first = await scanRepository(root, { threads: 1, cache })
    writeFileSync(join(root, 'b.js'), 'process.env.KEY_C')
    const second = await scanRepository(root, { threads: 1, cache })
    expect([first.fromCache, second.fromCache]).toEqual([0, 1])
    expect(keysOf(second)).toEqual(['KEY_A', 'KEY_C'])
    expect(second.reads[0]).toEqual(first.reads[0])
  })

  it('survives hostile texts', async () => {
    const root = repository({
      'deep.js': `x = process.env.KEY_A${'['.repeat(50_000)}`,
      'nested.js': `${'f('.repeat(3000)}process.env.KEY_B${')'.repeat(3000)}`,
      'long.js': `const a = process.env.KEY_C\n${'a'.repeat(300_000)}\n`,
      'names.js':
        'process.env.constructor; process.env.__proto__; process.env.KEY_D; process.env["x y"]',
      'circle.js':
        "export * from './circle.js'\nimport { e } from './circle.js'\nexport { e }\ne.KEY_E",
      'chain.js': `${Array.from({ length: 300 }, (_, i) => `const e${i + 1} = e${i}`).join('\n')}\nprocess.env.KEY_F`,
      'half.js': 'const { KEY_G = process.env; export default function (',
    })
    const scan = await scanRepository(root, { threads: 1 })
    expect(keysOf(scan)).toEqual(expect.arrayContaining(['KEY_D', 'KEY_F']))
    expect(keysOf(scan)).not.toContain('constructor')
    expect(keysOf(scan)).not.toContain('KEY_E')
  })
})
