/** A project whose wrong values are noticed by different people, with tests in Node and in Python. */

import type { ToldMutant } from '../../src/config/mutate/mutation-report.ts'
import type { MutationScore } from '../../src/config/mutate/mutation-score.ts'
import type { SurvivingKey } from '../../src/config/mutate/survivors.ts'
import type { Ended, Running } from '../cli/run-command.ts'
import { startCommand } from '../cli/run-command.ts'

/** Part of every value. */
export const canary = 'c4n4ry'

export const nodeProject: Record<string, string> = {
  'package.json': '{"name":"till","type":"module","scripts":{"test":"node --test"}}',
  'src/till.js': `
    export const mode = () => process.env.PAY_MODE
    export const title = () => process.env.SHOP_TITLE
    export const shaky = () => process.env.SHAKY_KEY
    export const lost = () => process.env.LOST_KEY
    export const region = () => process.env.REGION_NAME
  `,
  'src/main.js': `
    const url = process.env.STORE_URL
    if (!URL.canParse(url)) throw new Error('no store')
    console.log('ready')
    if (process.argv[2] === 'stay') setInterval(() => {}, 1000)
  `,
  // each test tells that it was run
  'test/mode.test.js': `
    import { appendFileSync } from 'node:fs'
    import { test } from 'node:test'
    import { equal } from 'node:assert'
    import { mode } from '../src/till.js'
    appendFileSync(process.env.RUNS, 'mode\\n')
    test('mode', () => equal(mode(), 'adyen-${canary}'))
  `,
  'test/title.test.js': `
    import { appendFileSync } from 'node:fs'
    import { test } from 'node:test'
    import { ok } from 'node:assert'
    import { title } from '../src/till.js'
    appendFileSync(process.env.RUNS, 'title\\n')
    test('title', () => ok(title() !== 5))
  `,
  // fails the first time with a wrong value, and never again
  'test/shaky.test.js': `
    import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
    import { test } from 'node:test'
    import { shaky } from '../src/till.js'
    appendFileSync(process.env.RUNS, 'shaky\\n')
    const mark = process.env.RUNS + '.mark'
    test('shaky', () => {
      if (shaky() === 'shaky-${canary}' || existsSync(mark)) return
      writeFileSync(mark, '')
      throw new Error('shaky')
    })
  `,
  '.env.production': `PAY_MODE=adyen-${canary}
SHOP_TITLE=title-${canary}
SHAKY_KEY=shaky-${canary}
LOST_KEY=lost-${canary}
REGION_NAME=eu-${canary}
STORE_URL=https://store.${canary}.example.net/x
`,
  'config.contract.yaml': `version: 1
keys:
  REGION_NAME:
    type: string
    required: true
    matches: '^eu-'
`,
}

export const nodeTests = [process.execPath, '--test']

export interface MutateAnswer {
  headline: string
  exitCode: number
  asked: string[]
  networkOff: boolean
  lookedAt: string[]
  findings: { rule: string; key?: string; message: string }[]
  notAnalysed: { kind: string; reason: string }[]
  mutants: ToldMutant[]
  score: MutationScore
  survivors: SurvivingKey[]
}

export const startMutate = (
  args: string[],
  test: string[],
  env: Record<string, string> = {},
): Running =>
  startCommand(['config', 'mutate', ...args, '--no-history', '--', ...test], {
    NODE_OPTIONS: '',
    PYTHONDONTWRITEBYTECODE: '1',
    ...env,
  })

export const runMutate = (...told: Parameters<typeof startMutate>): Promise<Ended> =>
  startMutate(...told).ended
