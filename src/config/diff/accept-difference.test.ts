import { expect, it } from 'vitest'
import { acceptDifference } from './accept-difference.ts'

const accept = (text: string | undefined, key = 'PORT'): string =>
  acceptDifference(text, 'config.contract.yaml', {
    key,
    reason: 'as meant',
    owner: 'me',
    expires: '2027-01-31',
  })

const written = `    mayDiffer:
      reason: as meant
      owner: me
      expires: 2027-01-31
`

it('begins a contract', () => {
  expect(accept(undefined)).toBe(`version: 1\nkeys:\n  PORT:\n${written}`)
})

it('keeps comments, order, quotes, lists and blank lines', () => {
  const before = `# who reads this
version: 1 # the first

keys:
  # the last shall be first
  ZOO:
    type: "string" # quoted
    values:
    - 'a'
    - b

  PORT:
    type: integer
    # below a thousand
    max: 1000
  ALPHA: { type: boolean }
`
  expect(accept(before)).toBe(before.replace('    max: 1000\n', `    max: 1000\n${written}`))
  expect(accept(before.replaceAll('\n', '\r\n'))).toBe(accept(before).replaceAll('\n', '\r\n'))
})

it('replaces an earlier acceptance, and fills what is empty', () => {
  const once = acceptDifference(undefined, 'c', { key: 'PORT', reason: 'first' })
  expect(once).toContain('reason: first')
  expect(accept(once)).toBe(accept(undefined))
  expect(accept('version: 1\nkeys: {}\n')).toContain('reason: as meant')
  expect(accept('version: 1\nkeys:\n  A: {}\n', 'odd: "key" #1')).toContain('reason: as meant')
})

it('refuses what it cannot change alone', () => {
  expect(() => acceptDifference(undefined, 'c', { key: 'A', reason: ' ' })).toThrow(
    'needs a reason',
  )
  expect(() => accept('keys: [')).toThrow('was not changed')
  expect(() => accept('version: 1\nkeys:\n  A: &a { type: string }\n  PORT: *a\n')).toThrow(
    'anchor',
  )
  expect(() => accept('version: 1\nkeys:\n  PORT: &a { type: string }\n  B: *a\n')).toThrow(
    'anchor',
  )
  expect(() => accept('version: 1\nkeyz: {}\n')).toThrow('keyz')
})
