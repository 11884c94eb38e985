import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { runCli } from '../src/cli/run-cli.ts'
import { runCommand } from './cli/run-command.ts'

const sound = {
  'package.json': '{"name":"shop"}',
  'src/app.ts':
    "export const url = process.env.DATABASE_URL\nexport const pages = process.env.PAGES ?? '20'\n",
  '.env.example': 'DATABASE_URL=postgres://localhost/shop\nPAGES=20\n',
}
const faulty = {
  ...sound,
  'src/pay.ts':
    "export const key = process.env.STRIPE_SECRET ?? 'sk_live_51planted'\nexport const lost = process.env.PAYMNET_LIMIT\nexport const pages = process.env.PAGES ?? '50'\n",
  '.env.example': `${sound['.env.example']}PAYMENT_LIMIT=5\nUNUSED_THING=hunter2\n`,
}
const unclear = {
  ...sound,
  'src/any.ts':
    "const name = String(Date.now())\nexport const any = process.env[name]\nexport const all = { ...process.env, TOKEN: 'planted' }\n",
}

let folder: string
const at = (name: string): string => join(folder, name)

async function plant(name: string, files: Record<string, string>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, name, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  return at(name)
}

/** In this process: the command itself, without starting a new one each time. */
async function scan(...args: string[]): Promise<{ code: unknown; out: string; err: string }> {
  const said: string[] = []
  const noted: string[] = []
  await runCli(['config', 'scan', ...args], {
    say: (line) => void said.push(line),
    note: (line) => void noted.push(line),
    colour: { out: false, err: false },
    width: 100,
    env: { XDG_CACHE_HOME: at('cache') },
  })
  const code = process.exitCode
  process.exitCode = undefined
  return { code, out: said.join('\n'), err: noted.join('\n') }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-scan-'))
  await Promise.all([plant('sound', sound), plant('faulty', faulty), plant('unclear', unclear)])
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

describe('aftergreen config scan', () => {
  it('says what was looked at where nothing is wrong', async () => {
    const { code, out, err } = await scan(at('sound'), '--keys')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.split('\n')[0]).toBe(
      'The code reads 2 keys; nothing looks wrong in what could be seen.',
    )
    expect(out).toMatch(/PAGES +default 20, src\/app.ts:2, in .env.example:2/)
  })

  it('ends with 1 on findings, shows no value, and writes every report', async () => {
    const { code, out } = await scan(
      at('faulty'),
      '--json',
      '--sarif',
      at('s.sarif'),
      '--junit',
      at('j.xml'),
      '--markdown',
      at('m.md'),
    )
    expect(code).toBe(1)
    const report: {
      findings: { rule: string; key?: string }[]
      keys: { key: string }[]
      exitCode: number
    } = JSON.parse(out)
    expect(report.findings.map(({ rule, key = '' }) => `${rule} ${key}`)).toEqual([
      'conflicting-defaults PAGES',
      'declared-unread UNUSED_THING',
      'near-miss PAYMNET_LIMIT',
      'undocumented-options ',
    ])
    expect(report.keys.find(({ key }) => key === 'PAGES')).toMatchObject({
      component: '',
      phase: 'run',
      required: false,
      reads: [{ location: { file: 'src/app.ts', line: 2 } }, { location: { file: 'src/pay.ts' } }],
      declarations: [{ kind: 'sample', example: '[sealed]' }],
    })
    expect(report.exitCode).toBe(1)
    const files = await Promise.all(
      ['s.sarif', 'j.xml', 'm.md'].map((name) => readFile(at(name), 'utf8')),
    )
    expect(JSON.parse(files[0]!)).toMatchObject({ version: '2.1.0' })
    expect(files[1]).toContain('failures="4"')
    expect(files[2]).toContain('### Near miss (1)')
    const text = await scan(at('faulty'), '--keys')
    for (const written of [out, text.out, ...files]) {
      expect(written).not.toMatch(/hunter2|sk_live|postgres:/)
    }
  })

  it('ends with 2 where it could not see everything, and lists what', async () => {
    const { code, out } = await scan(at('unclear'))
    expect(code).toBe(2)
    expect(out).toContain('Not analysed')
    expect(out).toContain('src/any.ts:2')
    expect(out).not.toContain('planted')
  })

  it('accepts what the baseline lists, fails on what is new, and lets the file only shrink', async () => {
    const root = await plant('growing', faulty)
    const file = at('baseline.json')
    expect((await scan(root, '--baseline', file)).code).toBe(64)
    expect((await scan(root, '--baseline', file, '--update-baseline')).code).toBe(0)
    const begun = await readFile(file, 'utf8')
    expect((await scan(root, '--baseline', file)).code).toBe(0)
    await plant('growing', { 'src/more.ts': 'export const more = process.env.BRAND_NEW\n' })
    const again = await scan(root, '--baseline', file, '--update-baseline', '--json')
    expect(again.code).toBe(1)
    expect(JSON.parse(again.out)).toMatchObject({ findings: [{ key: 'BRAND_NEW' }] })
    expect(await readFile(file, 'utf8')).toBe(begun)
    const grow = ['--baseline', file, '--update-baseline', '--baseline-may-grow']
    expect((await scan(root, ...grow)).code).toBe(64)
    expect((await scan(root, ...grow, '--reason', 'agreed with payments')).code).toBe(0)
    await plant('growing', {
      '.env.example': faulty['.env.example'].replace('UNUSED_THING=hunter2\n', ''),
    })
    const told = await scan(root, '--baseline', file)
    expect(told.out.replaceAll(/\s+/g, ' ')).toContain('1 entry of the baseline file is gone')
    await scan(root, '--baseline', file, '--update-baseline')
    expect(await readFile(file, 'utf8')).not.toContain('UNUSED_THING')
  })

  it.each([
    [['nowhere-at-all'], 'There is no folder'],
    [['--json', '--sarif', '-'], 'Only one of the reports'],
    [['--update-baseline'], 'no baseline file'],
    [['--component', 'nope'], 'no component nope'],
  ])('refuses %j', async (args, words) => {
    const folders = args[0] === 'nowhere-at-all' ? [] : [at('sound')]
    const { code, out, err } = await scan(...folders, ...args)
    expect({ code, out }).toEqual({ code: 64, out: '' })
    expect(err).toContain(words)
  })

  it.each([[['config', '--help']], [['config', 'scan', '--help']]])(
    '%j has examples',
    async (args) => {
      const { code, out } = await runCommand(args)
      expect(code).toBe(0)
      expect(out).toContain('Examples:')
    },
  )
})
