/** A project whose keys come to different levels, and its tests in Node and Python. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { KeyCoverage } from '../../src/config/coverage/key-coverage.ts'
import type { Ended } from '../cli/run-command.ts'
import { runCommand } from '../cli/run-command.ts'

/** Part of every value. */
export const canary = 'c4n4ry'
const project = {
  'package.json': '{"name":"shop","type":"module"}',
  'src/pay.js': `
    export const mode = () => process.env.PAY_MODE ?? 'none'
    export const key = () => process.env.PAY_KEY
    export const refund = () => process.env.REFUND_LIMIT
    export const host = (region) => process.env[\`PAY_\${region}_HOST\`]
    export const branch = () => (process.env.PAY_MODE === 'adyen' ? process.env.ADYEN_ACCOUNT : process.env.STRIPE_ACCOUNT)
  `,
  'src/child.js': 'console.log(process.env.CHILD_KEY)',
  'src/worker.js': 'process.env.WORKER_KEY',
  'src/untested.js': 'export const lost = process.env.UNTESTED_KEY',
  'test/pay.test.js': `
    import { test } from 'node:test'
    import { execFileSync } from 'node:child_process'
    import { once } from 'node:events'
    import { Worker } from 'node:worker_threads'
    import { mode, key, host, branch } from '../src/pay.js'
    test('mode', () => { process.env.PAY_MODE ??= 'fake${canary}'; mode(); branch() })
    test('key', () => { process.env = { ...process.env, PAY_KEY: 'sk_test_${canary}' }; key() })
    test('host', () => { host('EU') })
    test('child', () => { execFileSync(process.execPath, ['src/child.js']) })
    test('worker', () => once(new Worker(new URL('../src/worker.js', import.meta.url)), 'exit'))
    test('as told', () => { if (process.env.TOLD_TO_FAIL) throw new Error('told') })
  `,
  'jobs/mail.py': 'import os\n\ndef sender():\n    return os.environ.get("MAIL_SENDER")\n',
  'jobs/test_mail.py': `import os, unittest
from mail import sender

class Mail(unittest.TestCase):
    def test_sender(self):
        os.environ["MAIL_SENDER"] = "shop@${canary}.example.com"
        sender()
`,
  '.env.example': 'PAY_MODE=fake\nDECLARED_ONLY=1\n',
  '.env.production': `PAY_MODE=adyen
PAY_KEY=sk_live_${canary}
BOUND_ONLY=${canary}
UNTESTED_KEY=${canary}-untested
MAIL_SENDER=shop@${canary}.com
CHILD_KEY=child-${canary}
`,
}
export const nodeTests = [process.execPath, '--test', 'test/pay.test.js']
export const bothTests = [
  'sh',
  '-c',
  `"${process.execPath}" --test test/pay.test.js && cd jobs && python3 -m unittest test_mail`,
]

export interface CoverageAnswer {
  headline: string
  exitCode: number
  findings: { rule: string; key?: string; message: string; effect?: string }[]
  notAnalysed: { kind: string; reason: string }[]
  ratios: { inCode: number; read: number; noticed: number }
  testExitCode: number | null
  keys: KeyCoverage[]
}

/** What the traced command gets beside the environment of the tests. */
export const environment = {
  NODE_OPTIONS: '',
  CHILD_KEY: `child-${canary}`,
  PYTHONDONTWRITEBYTECODE: '1',
}

export async function plant(
  folder: string,
  files: Record<string, string> = project,
): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  return folder
}

export const runCoverage = (
  args: string[],
  test: string[],
  env: Record<string, string> = {},
): Promise<Ended> =>
  runCommand(['config', 'coverage', ...args, '--no-cache', '--', ...test], {
    ...environment,
    ...env,
  })
