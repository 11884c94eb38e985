import { expect, test } from 'vitest'
import type { Binding } from '../binding.ts'
import { exitCodeOf } from '../config-report.ts'
import type { Phase } from '../key-read.ts'
import { SealedValue } from '../sealed-value.ts'
import { diffEnvironments } from './diff-environments.ts'
import { diffReport } from './diff-report.ts'
import type { EnvironmentDiff } from './environment-diff.ts'

const bound = (value: string, phase: Phase): Binding => ({
  environment: 'some',
  key: 'THING',
  state: 'set',
  value: new SealedValue(value),
  source: 'dotenv',
  component: '',
  phase,
  precedence: 10,
  location: { file: '.env', line: 1 },
})

const diff = (one: Binding[], other: Binding[]): EnvironmentDiff =>
  diffEnvironments({
    environments: [
      { name: 'staging', kind: 'staging', bindings: one },
      { name: 'production', kind: 'production', bindings: other },
    ],
    today: '2026-11-23',
  })

test('phases are compared apart, but where the two environments have none in common', () => {
  const run = [bound('10', 'run')]
  expect(diff(run, [bound('20', 'build')]).differences).toMatchObject([{ key: 'THING' }])
  expect(diff(run, [bound('20', 'build'), bound('10', 'run')])).toMatchObject({
    differences: [],
    phasesLeftOut: ['build'],
  })
})

test('where nothing was compared, that is no pass', () => {
  const code = (of: EnvironmentDiff): number =>
    exitCodeOf(diffReport(of, { unread: [], lookedAt: [] }))
  expect(code(diff([], []))).toBe(2)
  expect(code(diff([bound('1', 'run')], [bound('1', 'run')]))).toBe(0)
})
