import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

import { contractJsonSchemaText } from './contract-json-schema.ts'
import { parseContract } from './parse-contract.ts'
import { cpuClock } from '../../../test/cpu-clock.ts'

const told = (text: string): string[] =>
  parseContract(text, 'c.yaml').problems.map(
    ({ location, message }) => `${location.line}:${location.column} ${message}`,
  )

describe('parseContract', () => {
  test('tells line, column and the field that was meant', () => {
    expect(told('version: 1\nkeys:\n  A:\n    typ: url\n    required: maybe\n')).toEqual([
      '4:5 "keys.A" has no field "typ". Is "type" meant?',
      '5:5 "keys.A.required" is none of what may stand here.',
    ])
    expect(told('version: 1\nrules:\n  - requires: {if: A, key: [B]}\n')[1]).toMatch(/^3:23 /)
    expect(told('version: 1\nkeys: {A: {expires: tomorrow}}')).toEqual([
      '2:12 "keys.A.expires" must be a date such as 2027-01-31.',
    ])
    expect(told('version: 1\nkeys:\n  A: {}\n  A: {}')).toEqual(['4:3 A name stands here twice.'])
  })

  test('knows where things stand', () => {
    const { placeOf } = parseContract('version: 1\nkeys:\n  A:\n    min: 1\n', 'c.yaml')
    expect(placeOf(['keys', 'A', 'min'])).toEqual({ file: 'c.yaml', line: 4, column: 5 })
    expect(placeOf(['keys', 'A', 'max'])).toEqual({ file: 'c.yaml', line: 3, column: 3 })
  })

  test.each([
    ['nothing', ''],
    ['a list', '- 1'],
    ['brackets without end', '['.repeat(100_000)],
    ['dashes without end', '- '.repeat(100_000)],
    ['a circle', 'version: 1\nkeys: &a\n  A: *a\n'],
    ['bytes', 'version: \0'],
    ['aliases that multiply', `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.split('').map((it, at) => `${it}: &${it} [${`*${'abcdefg'[at]},`.repeat(9)}]`).join('\n')}\nversion: 1`],
    ['hostile names', 'version: 1\n__proto__: 1\nkeys: {__proto__: {typ: 1}, constructor: {x: 1}}'],
    ['thousands of mistakes', `version: 1\nkeys:\n${Array.from({ length: 5000 }, (_, at) => `  A${at}: {typ: 1}`).join('\n')}`],
  ])('%s: told, quickly, at most 50 times', (_what, text) => {
    const spent = cpuClock()
    const { problems, contract } = parseContract(text, 'c.yaml')
    expect(contract).toBeUndefined()
    expect(problems.length).toBeGreaterThan(0)
    expect(problems.length).toBeLessThanOrEqual(50)
    expect(spent()).toBeLessThan(3000)
  }) // prettier-ignore
})

test('the published JSON Schema is the current one (node scripts/write-contract-schema.mjs)', () => {
  const published = new URL('../../../schema/config.contract.schema.json', import.meta.url)
  expect(readFileSync(published, 'utf8')).toBe(contractJsonSchemaText())
})
