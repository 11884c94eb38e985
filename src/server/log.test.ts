import { expect, it } from 'vitest'

import { createLog } from './log.ts'

it('keeps to its level, and one event is one line', () => {
  const lines: string[] = []
  const log = createLog('info', (text) => lines.push(text))
  log.debug('no')
  log.info('first\n2026 error forged\u001b[2J')
  log.error('second')
  expect(lines.map((line) => line.slice(25))).toEqual([
    'info first 2026 error forged [2J\n',
    'error second\n',
  ])
})
