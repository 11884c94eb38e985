/** A million keys: a located message, exit code 2, bounded memory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

import { runCommand } from '../cli/run-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'aftergreen-limits-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const million = 1_000_000
const lines = (line: (index: number) => string): string =>
  Array.from({ length: million }, (_, index) => line(index)).join('')

test.each([
  ['a.env', () => lines((index) => `KEY_${index}=${index}\n`), '.env:200001', '200,000 keys'],
  [
    'compose.yaml',
    () =>
      `services:\n  web:\n    image: x\n    environment:\n${lines((index) => `      KEY_${index}: v\n`)}`,
    'compose.yaml:1',
    'larger than 8 million',
  ],
])('%s', async (name, text, place, reason) => {
  const file = join(folder, name)
  writeFileSync(file, text())
  const args = ['config', 'check', '--no-code', '--path', folder, `production=${file}`]
  // less than what a machine would give by itself
  const { code, out } = await runCommand(args, { NODE_OPTIONS: '--max-old-space-size=1500' })
  expect(code).toBe(2)
  const told = out.replaceAll(/\s+/g, ' ')
  expect(told).toContain(place)
  expect(told).toContain(reason)
  rmSync(file)
})
