import { expect, test } from 'vitest'
import { shownPath } from './shown-path.ts'

test.each([
  ['/api/releases/r-1', '/api/releases/r-1'],
  ['/api/%22password%22%3A%22hunter2%22', '/api/"password":"[redacted:password]"'],
  ['/api/4111%201111%201111%201111', '/api/[redacted:card-number]'],
  ['/api/%zz', '/api/%zz'],
  [`/${'x'.repeat(5000)}`, `/${'x'.repeat(199)}…`],
])('%s', (path, expected) => {
  expect(shownPath(path)).toBe(expected)
})
