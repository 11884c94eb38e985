import { expect, it } from 'vitest'
import type { RunTrace, TracedRead } from './run-trace.ts'
import type { ComparedRun } from './value-effects.ts'
import { valueEffects } from './value-effects.ts'

type Read = [key: string, print: string, line: number]

function run(exitCode: number, units: Record<string, Read[]>): ComparedRun {
  const trace: RunTrace = {
    problems: [],
    processes: Object.entries(units).map(([test, reads]) => ({
      language: 'javascript',
      main: test,
      copies: [],
      reads: reads.map(([key, print, line]): TracedRead => ({
        key,
        how: 'get',
        by: 'project',
        at: { file: 'a.js', line },
        test,
        state: 'set',
        print,
      })),
    })),
  }
  return { trace, exitCode }
}

it('sees another branch that one key led to', () => {
  const one = run(0, { t: [['MODE', 'a', 1], ['A', 'x', 2]] }) // prettier-ignore
  const other = run(0, { t: [['MODE', 'b', 1], ['B', 'x', 3]] }) // prettier-ignore
  expect(valueEffects(one, other)).toEqual([{ key: 'MODE', unit: 't', changed: 'reads' }])
})

it('sees another outcome of the whole command', () => {
  const one = run(0, { t: [['MODE', 'a', 1]], u: [['OTHER', 'x', 4]] })
  const other = run(1, { t: [['MODE', 'b', 1]], u: [['OTHER', 'x', 4]] })
  expect(valueEffects(one, other)).toEqual([{ key: 'MODE', unit: '', changed: 'outcome' }])
})

it.each([
  ['the same values', run(0, { t: [['MODE', 'a', 1]] }), run(1, { t: [['MODE', 'a', 2]] })],
  ['the same behaviour', run(0, { t: [['MODE', 'a', 1]] }), run(0, { t: [['MODE', 'b', 1]] })],
  [
    'two keys at a time',
    run(0, { t: [['MODE', 'a', 1], ['HOST', 'x', 2], ['A', 'x', 3]] }),
    run(1, { t: [['MODE', 'b', 1], ['HOST', 'y', 2]] }),
  ],
  ['other test files', run(0, { t: [['MODE', 'a', 1]] }), run(1, { u: [['MODE', 'b', 2]] })],
] as const)('says nothing with %s', (_, one, other) => {
  expect(valueEffects(one, other)).toEqual([])
}) // prettier-ignore
