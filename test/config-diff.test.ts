import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'

import { runCli } from '../src/cli/run-cli.ts'
import type { Binding, BindingState } from '../src/config/binding.ts'
import { diffEnvironments } from '../src/config/diff/diff-environments.ts'
import { diffReport } from '../src/config/diff/diff-report.ts'
import type { EnvironmentDiff } from '../src/config/diff/environment-diff.ts'
import { effectiveBindings } from '../src/config/readers/effective-bindings.ts'
import { readEnvironment } from '../src/config/readers/read-environment.ts'
import { environmentKind } from '../src/config/repository/environment-kind.ts'
import { SealedValue } from '../src/config/sealed-value.ts'
import { type Values, formats } from './config-diff-formats.ts'

const staging: Values = {
  PAYMENT_PROVIDER: 'stripe',
  STRIPE_SECRET_KEY: 'sk_test_4eC39HqLyjWDarjtT1zdp7dc',
  JWT_SECRET: 'kd83hf72hs91kd83',
  DB_PASSWORD: 'planted-hf72-one',
  API_URL: 'https://api.staging.shop.com/v1',
  APP_ENV: 'staging',
  LOG_LEVEL: 'info',
  WORKERS: '4',
  ONLY_STAGING: 'yes',
  SAME: 'the same text',
}
const production: Values = {
  PAYMENT_PROVIDER: 'sandbox',
  STRIPE_SECRET_KEY: 'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
  JWT_SECRET: 'kd83hf72hs91kd83',
  DB_PASSWORD: 'planted-qq83-two',
  API_URL: 'https://api.production.shop.com/v1',
  APP_ENV: 'production',
  LOG_LEVEL: 'info',
  WORKERS: '16',
  SAME: 'the same text',
}
const planted = {
  PAYMENT_PROVIDER: 'accidental value blocking',
  JWT_SECRET: 'accidental same blocking',
  STRIPE_SECRET_KEY: 'derived value',
  DB_PASSWORD: 'derived value',
  API_URL: 'derived value',
  APP_ENV: 'derived value',
  WORKERS: 'accidental value',
  ONLY_STAGING: 'accidental missing',
}

function environment(name: string, format: string, values: Values) {
  const { bindings, unread } = readEnvironment([formats[format]!(values)], name, () => undefined)
  expect(unread).toEqual([])
  return { name, kind: environmentKind(name), bindings: effectiveBindings(bindings) }
}

const told = (diff: EnvironmentDiff): Record<string, string> =>
  Object.fromEntries(
    diff.differences.map((it) => [
      it.key,
      `${it.intent} ${it.kind}${it.blocking ? ' blocking' : ''}`,
    ]),
  )

const names = Object.keys(formats)

describe('every pair of formats', () => {
  it.each(names.flatMap((one) => names.map((other) => [one, other] as const)))(
    '%s against %s',
    (one, other) => {
      const diff = diffEnvironments({
        environments: [
          environment('staging', one, staging),
          environment('production', other, production),
        ],
        today: '2026-11-23',
      })
      expect(told(diff)).toEqual(planted)
      expect(diff.equal).toBe(2)
      const text = JSON.stringify(diffReport(diff, { unread: [], lookedAt: [] }))
      for (const secret of ['4eC39', 'kd83hf', 'planted-', 'the same text'])
        expect(text).not.toContain(secret)
    },
  )
})

/** Mulberry32. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below)
  }
}

const states: BindingState[] = ['set', 'set', 'set', 'empty', 'unset', 'reference', 'unknown']
const pieces = ['staging', 'production', 'https://', '://', '@', ':', 'a', 'sk_live_', '{environment}', '$&', '\u202e', 'db.', '.com', '8', '/', '-', '_', '__proto__', '\n', '😀'] // prettier-ignore

function randomBindings(seed: number): Binding[] {
  const random = randomOf(seed)
  const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)]!
  const text = (): string => Array.from({ length: random(8) }, () => pick(pieces)).join('')
  return Array.from({ length: random(40) }, (_, index) => {
    const state = pick(states)
    const value =
      state === 'set'
        ? { value: new SealedValue(`x${text()}`) }
        : state === 'empty'
          ? { value: new SealedValue('') }
          : {}
    return {
      environment: 'e',
      key: pick([
        'PAYMENT_PROVIDER',
        'JWT_SECRET',
        'API_URL',
        'constructor',
        '__proto__',
        `K${random(9)}`,
        text(),
      ]),
      state,
      ...value,
      ...(state === 'reference' ? { detail: pick(['arn:x', 'secret/a#b']) } : {}),
      source: 'dotenv' as const,
      location: { file: 'f', line: index + 1 },
      component: pick(['', '', 'api', 'api-staging', 'shop/api', text()]),
      phase: pick(['run', 'run', 'build'] as const),
      precedence: random(3),
    }
  })
}

const between = (one: readonly Binding[], other: readonly Binding[]): EnvironmentDiff =>
  diffEnvironments({
    environments: [
      { name: 'staging', kind: 'staging', bindings: effectiveBindings(one) },
      { name: 'production', kind: 'production', bindings: effectiveBindings(other) },
    ],
    today: '2026-11-23',
  })

describe('generated bindings', () => {
  it('never differ from themselves', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const bindings = randomBindings(seed)
      const different = between(bindings, bindings).differences.filter(
        ({ kind, intent }) => kind !== 'same' && intent !== 'unverifiable',
      )
      expect(different, `seed ${seed}`).toEqual([])
    }
  })

  it('lose no key that only one side sets', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const bindings = randomBindings(seed)
      const added: Binding = {
        ...bindings[0],
        environment: 'e',
        key: 'PLANTED',
        state: 'set',
        value: new SealedValue('7'),
        source: 'dotenv',
        location: { file: 'f', line: 1 },
        component: bindings[0]?.component ?? '',
        phase: 'run',
        precedence: 1,
      }
      const found = between(bindings, [...bindings, added]).differences.filter(
        ({ key }) => key === 'PLANTED',
      )
      const expected =
        bindings.length === 0 || bindings.some(({ phase }) => phase === 'run') ? 1 : 0
      expect(found, `seed ${seed}`).toHaveLength(expected)
    }
  })
})

describe('the command', () => {
  const made: string[] = []
  afterAll(() => {
    for (const folder of made) rmSync(folder, { recursive: true, force: true })
  })

  function repository(files: Record<string, string>): string {
    const root = mkdtempSync(join(tmpdir(), 'aftergreen-diff-'))
    made.push(root)
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    return root
  }

  const two = (): string =>
    repository({
      '.env.staging': formats['dotenv']!(staging).text,
      'deploy/production/app.yaml': formats['kubernetes']!(production).text,
      'src/main.ts': "export const size = Number(process.env.PAGE_SIZE ?? '20')\n",
    })

  async function run(
    root: string,
    ...args: string[]
  ): Promise<{ code: number; out: string; err: string }> {
    const before = process.exitCode
    onTestFinished(() => {
      process.exitCode = before
    })
    process.exitCode = undefined
    const out: string[] = []
    const err: string[] = []
    await runCli(
      [
        'config',
        'diff',
        ...args,
        '--path',
        root,
        ...(args.includes('--no-cache') ? [] : ['--no-code']),
      ],
      {
        say: (line) => void out.push(line),
        note: (line) => void err.push(line),
        colour: { out: false, err: false },
        width: 100,
        env: {},
      },
    )
    return {
      code: (process.exitCode as number | undefined) ?? 0,
      out: out.join('\n'),
      err: err.join('\n'),
    }
  }

  it('tells what a green staging run cannot predict, and fails', async () => {
    const { code, out } = await run(two(), 'staging', 'production')
    expect(code).toBe(1)
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(
      /^A green run in staging cannot predict 7 keys of production; 2 fail the comparison, first PAYMENT_PROVIDER \(money\)\./,
    )
    expect(out).toContain('staging: stripe; production: sandbox')
    for (const secret of ['4eC39', 'kd83hf', 'planted-']) expect(out).not.toContain(secret)
  })

  it('accepts a difference once there is a reason, and then no longer fails for it', async () => {
    const root = two()
    const contract = join(root, 'config.contract.yaml')
    expect((await run(root, 'staging', 'production', '--accept', 'PAYMENT_PROVIDER')).code).toBe(64)
    expect(existsSync(contract)).toBe(false)
    expect(
      (await run(root, 'staging', 'production', '--accept', 'PAYMENT_PROVIDR', '--reason', 'x'))
        .err,
    ).toContain('Is PAYMENT_PROVIDER meant?')
    expect(
      (await run(root, 'staging', 'production', '--accept', 'LOG_LEVEL', '--reason', 'x')).err,
    ).toContain('does not differ')
    for (const key of ['PAYMENT_PROVIDER', 'JWT_SECRET']) {
      expect(
        (await run(root, 'staging', 'production', '--accept', key, '--reason', 'trial')).code,
      ).toBe(0)
    }
    expect(readFileSync(contract, 'utf8')).toContain(
      'PAYMENT_PROVIDER:\n    mayDiffer:\n      reason: trial\n',
    )
    const { code, out } = await run(root, 'staging', 'production', '--json')
    const { diff } = JSON.parse(out) as { diff: EnvironmentDiff }
    expect(diff.counts).toMatchObject({ declared: 1 })
    expect(code).toBe(0)
  })

  it('takes files by name, tells defaults, and is incomplete where a value at stake is not there', async () => {
    const root = repository({
      'src/main.ts': "export const size = Number(process.env.PAGE_SIZE ?? '20')\n",
    })
    writeFileSync(join(root, 'a.env'), 'WIDTH=1\n')
    writeFileSync(join(root, 'b.env'), 'WIDTH=1\nPAGE_SIZE=50\n')
    const args = [`qa=${join(root, 'a.env')}`, `live=${join(root, 'b.env')}`]
    const advised = await run(root, ...args, '--no-cache')
    expect(advised.out).toContain('qa: default 20 (src/main.ts:1); live: 50')
    expect(advised.code).toBe(0)
    writeFileSync(join(root, 'b.env'), 'WIDTH=1\nPAYMENT_MODE=${OUTSIDE}\n')
    writeFileSync(
      join(root, 'c.yaml'),
      formats['kubernetes']!({}).text.replace(
        'env: []',
        'env: [{ name: STRIPE_SECRET_KEY, valueFrom: { secretKeyRef: { name: pay, key: k } } }, { name: WIDTH, value: "1" }]',
      ),
    )
    writeFileSync(join(root, 'a.env'), 'WIDTH=1\nSTRIPE_SECRET_KEY=sk_test_1234567890\n')
    expect((await run(root, args[0]!, `live=${join(root, 'c.yaml')}`)).code).toBe(2)
    expect((await run(root, args[0]!, `live=${join(root, 'missing.env')}`)).code).toBe(2)
  })

  it('refuses what it cannot compare', async () => {
    const root = two()
    expect(await run(root, 'staging', 'nowhere')).toMatchObject({
      code: 64,
      err: expect.stringContaining('There is no environment nowhere') as string,
    })
    expect((await run(root, 'staging', 'staging')).code).toBe(64)
    const file = join(root, '.env.staging')
    expect((await run(root, file, 'production')).code).toBe(1)
    writeFileSync(join(root, 'config.contract.yaml'), 'version: 1\nkeys:\n  A: { mayDifer: {} }\n')
    expect((await run(root, 'staging', 'production')).err).toContain('config.contract.yaml:3:')
  })
})
