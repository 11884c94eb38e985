import { expect, it } from 'vitest'

import { collectLink, parseDuration, parsePort, parseSeconds, parseShare } from './parse-option.ts'

it.each([
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['2h', 7_200_000],
  ['1h30m', 5_400_000],
  ['1.5s', 1500],
  ['250ms', 250],
  ['45', 45_000],
])('reads the duration %s', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

it.each(['', 'm', '30x', '-5m', '5m ', '1e3', 'Infinity', '9999d', '5m3'])(
  'refuses the duration "%s"',
  (text) => {
    expect(() => parseDuration(text)).toThrow(/^Give /)
  },
)

it('reads ports and seconds, and nothing outside their range', () => {
  expect([parsePort('0'), parsePort('65535'), parseSeconds('5')]).toEqual([0, 65_535, 5])
  for (const text of ['65536', '-1', '80.5', '', ' 80', '0x50'])
    expect(() => parsePort(text)).toThrow(/^Give a port/)
  for (const text of ['0', '-1', 'x', '', '86401'])
    expect(() => parseSeconds(text)).toThrow(/^Give a number/)
})

it('reads shares as fractions and as percentages', () => {
  expect(['0.2', '.2', '20%', '20 %'].map(parseShare)).toEqual([0.2, 0.2, 0.2, 0.2])
  for (const text of ['0', '1', '20', '100%', '0%', 'half'])
    expect(() => parseShare(text)).toThrow(/^Give a share/)
})

it('collects links, and takes the host as the title of one without', () => {
  const first = collectLink('build=https://ci.example.com/?a=b')
  expect(collectLink('https://tickets.example.com/7?x=y', first)).toEqual([
    { title: 'build', url: 'https://ci.example.com/?a=b' },
    { title: 'tickets.example.com', url: 'https://tickets.example.com/7?x=y' },
  ])
  for (const text of ['x', 'a=javascript:alert(1)', 'a=ftp://b'])
    expect(() => collectLink(text)).toThrow(/^Give TITLE=URL/)
})
