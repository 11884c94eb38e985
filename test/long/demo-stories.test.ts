/** The demo's story about what a small canary cannot see. */
import { expect, test } from 'vitest'
import type { DemoResult } from '../../demo/run.ts'
import { runCommand } from '../cli/run-command.ts'

test(
  'canary-1pct: hold, with how much is not excluded, and what it would take',
  { timeout: 300_000 },
  async () => {
    const args = ['demo', '--scenario', 'canary-1pct', '--exit', '--json', '--duration', '15s']
    const ports = ['--port', '0', '--otlp-port', '0']
    const { code, out } = await runCommand([...args, ...ports], { NO_COLOR: '1' })
    const { verdict } = JSON.parse(out) as DemoResult
    expect(code).toBe(2)
    expect(verdict).toMatchObject({ verdict: 'hold', findings: [] })
    expect(verdict.comparison.candidateShare).toBeLessThan(0.03)
    expect(verdict.headline).toMatch(/is not excluded yet|is excluded yet, however large/)
    const open = verdict.evidencePlan.filter((part) => part.state === 'open' && !part.onlyForDone)
    expect(open.length).toBeGreaterThan(3)
    expect(open.every(({ needs }) => (needs?.requests ?? 0) > 0)).toBe(true)
    // the fault is in a cohort of which it says that it could not have seen it
    const cohort = verdict.blindSpots.find(({ subject }) => subject?.startsWith('a cohort of 1 %'))
    expect(cohort?.title).toMatch(/^No rise of the failure rate|below \d+/)
  },
)
