import { expect, it } from 'vitest'

import { cleanText, columnsOf, wrapText } from './wrap-text.ts'

it('breaks at spaces, indents, and leaves long words whole', () => {
  expect(wrapText('one two three 4bf92f3577b34da6a3ce929d four', 12, '- ', '  ')).toBe(
    '- one two\n  three\n  4bf92f3577b34da6a3ce929d\n  four',
  )
})

it('keeps a condition and a number with its unit together, where they fit', () => {
  expect(wrapText('slow where 30 <= age < 60 by 12 ms', 20, '')).toBe(
    'slow where\n30 <= age < 60 by\n12 ms',
  )
  expect(wrapText('a <= b', 4, '')).toBe('a <=\nb')
})

it('counts columns, not code units or colours', () => {
  expect(columnsOf('\u001b[1mab\u001b[22m')).toBe(2)
  expect(columnsOf('日本')).toBe(4)
  expect(columnsOf('👩‍🚀é')).toBe(3)
})

it('shows what would steer the terminal', () => {
  expect(cleanText('a\u001b[2Jb\nc\u009bd\u202ee')).toBe('a\ufffd[2Jb\ufffdc\ufffdd\ufffde')
  expect(cleanText('ünïcode → 日本 👩‍🚀')).toBe('ünïcode → 日本 👩‍🚀')
})
