import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import { runCli } from '../src/cli/run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'config-check-'))
let root = ''
let said: string[] = []
let noted: string[] = []

beforeEach(() => {
  root = mkdtempSync(join(folder, 'shop-'))
  said = []
  noted = []
})
afterAll(() => {
  process.exitCode = 0
  rmSync(folder, { recursive: true, force: true })
})

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

async function run(...args: string[]): Promise<number> {
  process.exitCode = 0
  await runCli(['config', ...args], {
    say: (line) => said.push(line),
    note: (line) => noted.push(line),
    colour: { out: false, err: false },
    width: 100,
    env: {},
  })
  const { exitCode } = process
  process.exitCode = 0
  return typeof exitCode === 'number' ? exitCode : 0
}

const check = (...args: string[]): Promise<number> =>
  run('check', '--path', root, '--no-cache', ...args)
const json = (): { findings: { rule: string; key?: string }[]; notAnalysed: { kind: string }[] } =>
  JSON.parse(said.at(-1) ?? '{}')
const rules = (): string[] => json().findings.map(({ rule, key }) => `${rule} ${key ?? ''}`)

const shop = {
  'package.json': '{"name": "shop"}',
  'src/pay.ts': `import { z } from 'zod'
export const env = z.object({
  PAYMENT_PROCESSOR: z.enum(['stripe', 'adyen']),
  STRIPE_SECRET_KEY: z.string(),
  PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
  LOG_LEVEL: z.string().default('info'),
}).parse(process.env)
const token = process.env.ADMIN_TOKEN ?? 'letmein-91'
`,
  '.env.example': '# Port to listen on\nPORT=3000\nSTRIPE_SECRET_KEY=sk_test_exampleexample1\n',
}
const secret = 'Kq81ndPz66'
const staging = `PAYMENT_PROCESSOR=stripe\nSTRIPE_SECRET_KEY=sk_test_${secret}\n`

describe('config check', () => {
  test('the wrong payment processor is found with no contract', async () => {
    write({
      ...shop,
      '.env.staging': staging,
      '.env.production': `PAYMENT_PROCESSOR=adyen\nSTRIPE_SECRET_KEY=sk_live_${secret}\n`,
    })
    expect(await check('--json')).toBe(1)
    expect(rules()).toEqual(['pack/payment-processor-differs PAYMENT_PROCESSOR'])
    expect(await check()).toBe(1)
    expect(said.at(-1)).toMatch(
      /^PAYMENT_PROCESSOR sends real transactions of production to another/,
    )
    expect(said.join('\n')).not.toContain(secret)
    write({ '.env.production': `PAYMENT_PROCESSOR=stripe\nSTRIPE_SECRET_KEY=sk_live_${secret}\n` })
    expect(await check('--json')).toBe(0)
  })

  test('files on the command line, one environment, and names that do not exist', async () => {
    write({ 'a.txt': 'NODE_TLS_REJECT_UNAUTHORIZED=0\nA=1', 'b.txt': 'APP_DEBUG=true' })
    const [a, b] = [`production=${join(root, 'a.txt')}`, `live=${join(root, 'b.txt')}`]
    expect(await check('--json', '--no-code', a, b)).toBe(1)
    expect(rules()).toHaveLength(2)
    expect(await check('--json', '--no-code', '--environment', 'live', a, b)).toBe(1)
    expect(rules()).toEqual(['pack/debug-on APP_DEBUG'])
    expect(await check('--no-code', '--environment', 'prod', a)).toBe(64)
    expect(noted.join('\n')).toContain('There are: production.')
  })

  test('a folder is taken as the one to look at', async () => {
    write({ '.env.production': 'APP_DEBUG=true' })
    expect(await run('check', root, '--json', '--no-code')).toBe(1)
    expect(rules()).toEqual(['pack/debug-on APP_DEBUG'])
  })

  test('nothing to look at is no pass, and neither is what must be rendered first', async () => {
    expect(await check('--json', '--no-code')).toBe(2)
    expect(json().notAnalysed.map(({ kind }) => kind)).toEqual(['no-environment'])
    write({ 'chart/values-prod.yaml': 'a: 1', '.env.prod': 'A=1' })
    expect(await check('--json', '--no-code')).toBe(2)
    expect(json().notAnalysed.map(({ kind }) => kind)).toEqual(['not-rendered'])
  })

  test('a broken contract is a finding with its place, and the packs still run', async () => {
    write({
      'config.contract.yaml': 'version: 1\nkeys:\n  A: {typ: url}\n',
      '.env.production': 'NODE_TLS_REJECT_UNAUTHORIZED=0',
    })
    expect(await check('--json', '--no-code')).toBe(1)
    expect(rules().toSorted()).toEqual([
      'contract/invalid ',
      'pack/tls-verification-off NODE_TLS_REJECT_UNAUTHORIZED',
    ])
    expect(json().findings[0]).toMatchObject({
      locations: [{ file: 'config.contract.yaml', line: 3, column: 7 }],
    })
  })

  test('days come from --today', async () => {
    write({
      'config.contract.yaml': 'version: 1\nkeys: {A: {reviewBy: 2030-01-01}}',
      '.env.production': 'A=1',
    })
    expect(await check('--no-code', '--today', '2030-01-01')).toBe(0)
    expect(await check('--no-code', '--today', '2030-01-02')).toBe(1)
    expect(await check('--today', '2030-02-30')).toBe(64)
  })
})

describe('config init', () => {
  test('writes what the code says, no secret, and the check of it is clean', async () => {
    write({
      ...shop,
      '.env.staging': `${staging}PORT=80\nLOG_LEVEL=debug\n`,
      '.env.production': `PAYMENT_PROCESSOR=stripe\nSTRIPE_SECRET_KEY=sk_live_${secret}\n`,
    })
    expect(await run('init', root, '--no-cache')).toBe(0)
    const text = readFileSync(join(root, 'config.contract.yaml'), 'utf8')
    expect(text).toMatch(
      /PAYMENT_PROCESSOR:\n {4}type: enum\n {4}values: \[stripe, adyen\]\n {4}required: true\n {4}effect: money # inferred: /,
    )
    expect(text).toMatch(
      /PORT:\n {4}description: "Port to listen on"\n {4}type: integer\n {4}min: 1\n {4}max: 65535\n {4}default: "3000"\n/,
    )
    expect(text).toMatch(/STRIPE_SECRET_KEY:\n {4}required: true\n {4}sensitive: true\n/)
    expect(text).not.toMatch(/letmein|Kq81|exampleexample/)
    expect(await check('--json')).toBe(0)
    expect(json()).toMatchObject({ findings: [], notAnalysed: [] })
    // and it notices
    write({ '.env.production': `PAYMENT_PROCESSOR=strpe\n` })
    expect(await check('--json')).toBe(1)
    expect(rules()).toEqual(
      expect.arrayContaining(['value PAYMENT_PROCESSOR', 'delivery/not-bound STRIPE_SECRET_KEY']),
    )
  })

  test('what the environments contradict is left out, and noted', async () => {
    write({ ...shop, '.env.production': 'PORT=http\nPAYMENT_PROCESSOR=stripe\n' })
    expect(await run('init', root, '--no-cache', '--print')).toBe(0)
    expect(said[0]).toContain('in production it is none.')
    expect(said[0]).toContain('no environment that was found sets it')
    write({ 'config.contract.yaml': said[0]! })
    await check('--json')
    expect(rules().filter((rule) => !rule.startsWith('pack/'))).toEqual([])
  })

  test('overwrites nothing', async () => {
    write({ 'config.contract.yaml': 'mine' })
    expect(await run('init', root, '--no-cache')).toBe(64)
    expect(readFileSync(join(root, 'config.contract.yaml'), 'utf8')).toBe('mine')
  })
})
