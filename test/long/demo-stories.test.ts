/** The demo's story about what a small canary cannot see. */
import { describe, expect, test } from 'vitest'
import type { DemoResult } from '../../demo/run.ts'
import { runCommand } from '../cli/run-command.ts'

const minutes = 60_000

async function played(
  scenario: string,
  ...flags: string[]
): Promise<{ code: number; result: DemoResult }> {
  const ports = ['--port', '0', '--otlp-port', '0']
  const args = ['demo', '--scenario', scenario, '--exit', '--json', ...ports, ...flags]
  const { code, out } = await runCommand(args, { NO_COLOR: '1' })
  return { code, result: JSON.parse(out) as DemoResult }
}

describe('stories of the demo', () => {
  test(
    'canary-1pct: hold, with how much is not excluded, and what it would take',
    { timeout: 5 * minutes },
    async () => {
      const { code, result } = await played('canary-1pct', '--duration', '15s')
      const { verdict } = result
      expect(code).toBe(2)
      expect(verdict).toMatchObject({ verdict: 'hold', findings: [] })
      expect(verdict.comparison.candidateShare).toBeLessThan(0.03)
      expect(verdict.headline).toMatch(/is not excluded yet|is excluded yet, however large/)
      const open = verdict.evidencePlan.filter((part) => part.state === 'open' && !part.onlyForDone)
      expect(open.length).toBeGreaterThan(3)
      expect(open.every(({ needs }) => (needs?.requests ?? 0) > 0)).toBe(true)
      // the fault is in a cohort of which it says that it could not have seen it
      const cohort = verdict.blindSpots.find(({ subject }) =>
        subject?.startsWith('a cohort of 1 %'),
      )
      expect(cohort?.title).toMatch(/^No rise of the failure rate|below \d+/)
    },
  )
})
