import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { ConfigDrift } from '../src/config/drift/config-drift.ts'
import { dotenv, makeShop, secret } from './config-drift/shop.ts'

const shop = makeShop()
const { root, repository, git, start, run } = shop
const python = resolve('examples/config-report/python/config_report.py')

/** Values that nothing may ever show. */
const canaries = {
  PAYMENT_PROVIDER: 'kanarieprovider',
  PAYMENT_SECRET_KEY: 'sk_live_kanariekanariekanarie',
  POOL_SIZE: '777001',
  API_URL: 'https://kanarie-host.example.com/kanarie',
}
const older = { ...canaries, PAYMENT_PROVIDER: 'kanarieolder' }
const strange = 'kanariestrange'

let addresses: string[] = []
const rowsOf = (out: string): string[] => {
  const { drift } = JSON.parse(out) as { drift: ConfigDrift }
  return drift.verdicts.map(
    (it) =>
      `${it.verdict} ${it.key} ${it.instances.map((name) => name.split('/')[0]).join()} of ${it.of}`,
  )
}

beforeAll(async () => {
  git('init', '-q')
  const file = join(repository, '.env.production')
  writeFileSync(file, dotenv(older))
  git('add', '.')
  git('commit', '-q', '-m', 'first')
  writeFileSync(file, dotenv({ ...canaries, BANNER: 'kanariebanner' }))
  git('commit', '-q', '-a', '-m', 'second')
  const all = { ...canaries, BANNER: 'kanariebanner' }
  const { POOL_SIZE: _, ...withoutPool } = all
  addresses = await Promise.all([
    start('right', all),
    start('stale', { ...all, PAYMENT_PROVIDER: older.PAYMENT_PROVIDER }),
    start('default', withoutPool),
    start('strange', { ...all, API_URL: strange, PAYMENT_PROVIDR: strange }),
  ])
}, 30_000)

afterAll(() => shop.end())

describe('real processes', () => {
  it('a stale one, one on its default, one that was overridden, and their disagreement are found', async () => {
    const { out, code } = await run([
      'drift',
      '--environment',
      'production',
      '--reports',
      ...addresses,
      '--json',
    ])
    expect(rowsOf(out)).toEqual([
      'stale PAYMENT_PROVIDER stale of 4',
      'overridden API_URL strange of 4',
      'default-in-force POOL_SIZE default of 4',
      'undeclared-key PAYMENT_PROVIDR strange of 4',
    ])
    const { drift, findings } = JSON.parse(out) as {
      drift: ConfigDrift
      findings: { rule: string; key: string; severity: string; message: string; hint: string }[]
    }
    expect(drift.verdicts[0]!.older).toMatchObject({
      where: expect.stringMatching(/^commit [0-9a-f]{9}$/),
    })
    expect(drift.counts).toMatchObject({
      matches: 17,
      stale: 1,
      overridden: 1,
      'default-in-force': 1,
    })
    expect(
      drift.disagreements.map(
        ({ key, groups }) => `${key} ${groups.map((it) => it.instances.length).join('+')}`,
      ),
    ).toEqual(['API_URL 3+1', 'PAYMENT_PROVIDER 3+1', 'POOL_SIZE 3+1'])
    expect(findings.find(({ rule }) => rule === 'drift/stale')).toMatchObject({
      severity: 'error',
      message: expect.stringMatching(
        /1 of 4 instances of api \(stale\/\d+\) still has the value that was declared until /,
      ),
    })
    expect(findings.find(({ rule }) => rule === 'drift/undeclared-key')!.hint).toContain(
      'PAYMENT_PROVIDER meant',
    )
    expect(code).toBe(1)
  })

  it('one that holds what is declared is clean; nobody, or somebody without the secret, is not', async () => {
    const right = await run(['drift', '--environment', 'production', '--reports', addresses[0]!])
    expect(right.code).toBe(0)
    expect(right.out).toContain('runs on what is declared')
    const empty = join(root, 'empty')
    mkdirSync(empty)
    const nobody = await run(['drift', '--environment', 'production', '--reports', empty])
    expect(nobody.code).toBe(2)
    const other = { AFTERGREEN_CONFIG_KEY: `${secret} of somebody else` }
    const foreign = await run(
      ['drift', '--environment', 'production', '--reports', addresses[0]!],
      other,
    )
    expect(foreign.code).toBe(2)
    expect(foreign.out).toContain('another secret')
  })

  it('a process in Python reports the same', async () => {
    const file = join(root, 'python.json')
    const { stdout, stderr } = spawnSync(
      'python3',
      [python, 'api', ...Object.keys(canaries), 'BANNER'],
      {
        encoding: 'utf8',
        env: {
          PATH: process.env['PATH'],
          AFTERGREEN_CONFIG_KEY: `${secret}\n`,
          AFTERGREEN_ENVIRONMENT: 'production',
          ...canaries,
          BANNER: '',
        },
      },
    )
    expect(stderr).toBe('')
    writeFileSync(file, stdout)
    const { out, code } = await run([
      'drift',
      '--environment',
      'production',
      '--reports',
      file,
      '--json',
    ])
    const { drift } = JSON.parse(out) as { drift: ConfigDrift }
    expect(drift.counts).toMatchObject({ matches: 4, overridden: 1 })
    expect(code).toBe(1)
  })

  it('without git, an earlier snapshot tells that a value is stale', async () => {
    const file = join(root, 'older.json')
    const earlier = join(root, 'earlier.env')
    writeFileSync(earlier, dotenv(older))
    expect(
      (
        await run([
          'snapshot',
          '--environment',
          `production=${earlier}`,
          '--out',
          file,
          '--no-code',
        ])
      ).code,
    ).toBe(0)
    const args = [
      'drift',
      '--environment',
      'production',
      '--no-history',
      '--json',
      '--reports',
      addresses[1]!,
    ]
    expect(rowsOf((await run(args)).out)).toEqual(['overridden PAYMENT_PROVIDER stale of 1'])
    expect(rowsOf((await run([...args, '--snapshots', file])).out)).toEqual([
      'stale PAYMENT_PROVIDER stale of 1',
    ])
  })
})

describe('no value', () => {
  it('is in any report, file, page, document or message', async () => {
    const folder = join(root, 'written')
    const reports = join(root, 'reports')
    mkdirSync(folder)
    mkdirSync(reports)
    const texts: string[] = []
    for (const [index, address] of addresses.entries()) {
      const response = await fetch(address)
      const text = await response.text()
      texts.push(text, JSON.stringify([...response.headers]))
      writeFileSync(join(reports, `${index}.json`), text)
    }
    // reports that are wrong, with values where none belong
    writeFileSync(join(reports, 'broken.json'), `{"protocol": ${strange}`)
    const one = JSON.parse(texts[0]!) as { keys: Record<string, object> }
    for (const [index, wrong] of [
      {
        ...one,
        keys: {
          ...one.keys,
          POOL_SIZE: { state: 'set', source: 'environment', fingerprint: strange },
        },
      },
      {
        ...one,
        keys: { ...one.keys, POOL_SIZE: { state: strange, source: strange, value: strange } },
      },
      { ...one, contractDigest: strange },
      { ...one, loadedAt: strange, note: strange },
      { ...one, digest: '0000000000000000', note: strange },
      [strange],
    ].entries()) {
      writeFileSync(join(reports, `wrong-${index}.json`), JSON.stringify(wrong))
    }
    const flags = [
      '--sarif',
      join(folder, 'sarif'),
      '--junit',
      join(folder, 'junit'),
      '--markdown',
      join(folder, 'md'),
    ]
    const baseline = ['--baseline', join(folder, 'baseline.json'), '--update-baseline']
    const credentials = `http://${strange}:${strange}@127.0.0.1:9/x?${strange}=${strange}`
    const base = ['drift', '--environment', 'production', '--reports', reports]
    const outcomes = [
      await run([...base, credentials, ...flags, '--github']),
      await run([...base, '--json']),
      await run([...base, ...baseline]),
      await run(['snapshot', '--environment', 'production', '--no-code']),
      await run([
        'snapshot',
        '--environment',
        'production',
        '--out',
        join(folder, 'after.json'),
        '--no-code',
      ]),
      await run([
        'snapshot',
        '--environment',
        'production',
        '--no-code',
        '--against',
        join(folder, 'after.json'),
      ]),
      await run([
        'snapshot',
        '--environment',
        'production',
        '--no-code',
        '--against',
        join(reports, 'broken.json'),
      ]),
      await run(base, { AFTERGREEN_CONFIG_KEY: strange }),
    ]
    expect(outcomes.map(({ code }) => code)).toEqual([1, 1, 0, 0, 0, 0, 64, 64])
    expect(outcomes[0]!.out).toContain('http://127.0.0.1:9/x')
    texts.push(...outcomes.flatMap(({ out, err }) => [out, err]))
    texts.push(shop.said())
    texts.push(...readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')))
    expect(texts.every((text) => text !== undefined)).toBe(true)
    for (const text of texts) {
      for (const value of [...Object.values(canaries), 'kanarie', secret])
        expect(text).not.toContain(value)
    }
  })
})
