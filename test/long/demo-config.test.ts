/** The demo's story about a configuration that is wrong for all, and who would have noticed it. */
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DemoResult } from '../../demo/run.ts'
import { networkOff } from '../../src/config/mutate/network-off.ts'
import { runCommand } from '../cli/run-command.ts'
import { type MutateAnswer, runMutate } from '../config-mutate/planted-till.ts'

const root = resolve(import.meta.dirname, '../..')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-config-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

describe('mutation on the shop', () => {
  let shop: string
  const survivorsOf = async (): Promise<MutateAnswer> => {
    const { out, err } = await runMutate(
      [
        shop,
        '--environment=production',
        '--boot=node checkout/boot-check.ts',
        '--json',
        '--cache',
        join(folder, 'cache'),
        ...((await networkOff(process.env)).off ? [] : ['--network']),
      ],
      ['node', '--test', 'checkout/config-tests.ts', 'checkout/healthy/unit-tests.ts'],
      { PAYMENT_API_KEY: 'clearline_test_0000000000000000' },
    )
    if (out === '') throw new Error(err)
    return JSON.parse(out) as MutateAnswer
  }

  beforeAll(async () => {
    shop = join(folder, 'shop')
    await cp(join(root, 'demo/shop'), shop, { recursive: true })
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    await writeFile(join(shop, 'package.json'), '{"name":"shop","type":"module"}')
  })

  test('the payment processor is the worst survivor, until config init has written a contract', async () => {
    const before = await survivorsOf()
    expect(before.survivors[0]).toMatchObject({
      key: 'PAYMENT_PROCESSOR',
      operators: ['unset'],
    })
    const init = await runCommand(['config', 'init', shop, '--no-cache'])
    expect(init).toMatchObject({ code: 0 })
    const check = await runCommand(['config', 'check', shop, '--no-cache', '--json'])
    expect(JSON.parse(check.out)).toMatchObject({ findings: [] })

    const after = await survivorsOf()
    const processor = after.mutants.filter(({ key }) => key === 'PAYMENT_PROCESSOR')
    expect(processor.filter(({ outcome }) => outcome === 'survived')).toEqual([])
    expect(processor.find(({ operator }) => operator === 'unset')).toMatchObject({
      outcome: 'noticed',
      killer: 'contract',
    })
    expect(after.survivors.length).toBeLessThan(before.survivors.length)
    // what a contract that was guessed cannot know
    expect(after.survivors.map(({ key }) => key)).toContain('CURRENCY')
  })
})

test(
  'config diff finds it before, the common-mode blind spot holds it, the time before rolls it back',
  async () => {
    const flags = ['--scenario', 'config', '--exit', '--json', '--duration', '60s']
    const ports = ['--port', '0', '--otlp-port', '0']
    const ran = await runCommand(['demo', ...flags, ...ports], { NO_COLOR: '1' })
    expect(ran).toMatchObject({ code: 1 })
    const { verdict, dashboard, configuration } = JSON.parse(ran.out) as DemoResult
    expect(configuration?.diff).toMatchObject({
      exitCode: 1,
      findings: [{ rule: 'diff/accidental-difference', key: 'PAYMENT_PROCESSOR' }],
    })
    const timeline = configuration?.timeline ?? []
    const held = timeline.find(({ blindSpot }) => blindSpot?.kind === 'common-mode')
    expect(held).toMatchObject({
      verdict: 'hold',
      headline: expect.stringContaining('PAYMENT_PROCESSOR changed for canary and baseline alike'),
    })
    const rolledBack = timeline.find((entry) => entry.verdict === 'rollback')
    expect(rolledBack?.finding?.comparison).toBe('before-after')
    expect(rolledBack?.seconds).toBeGreaterThan(held?.seconds ?? Infinity)

    expect(verdict.verdict).toBe('rollback')
    expect(verdict.findings.map(({ comparison }) => comparison)).toEqual(['before-after'])
    expect(verdict.findings[0]?.precededBy?.[0]).toMatchObject({
      key: 'PAYMENT_PROCESSOR',
      class: 'common-mode',
    })
    expect(verdict.comparison.sampleRatioMismatch.mismatch).toBe(false)
    // beside each other the versions look alike
    const [one, other] = [dashboard.baseline.errorRate, dashboard.candidate.errorRate]
    expect(Math.abs((one ?? 1) - (other ?? 0))).toBeLessThan(0.003)
  },
  5 * 60_000,
)
