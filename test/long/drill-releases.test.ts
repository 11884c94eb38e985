import { expect, test } from 'vitest'
import { runCommand } from '../cli/run-command.ts'

const drill = ['drill', 'releases', '--seed', '1', '--count', '1', '--json']
const longestMs = 300_000

test(
  'through a real server: a fault that is swallowed is found',
  { timeout: longestMs },
  async () => {
    const { code, out } = await runCommand([...drill, '--kinds', 'swallowed-error'])
    const drilled = JSON.parse(out)
    expect(drilled).toMatchObject({ releases: 1, complete: true })
    expect(drilled.scores).toMatchObject([{ outcome: 'caught', isNamed: true }])
    expect(drilled.scores[0].delaySeconds).toBeLessThan(20 * 60)
    expect(code).toBe(0)
  },
)

test(
  'a judge that takes the old version for the new one is noticed',
  { timeout: longestMs },
  async () => {
    const swapped = ['--kinds', 'missing-call', '--plant-bug', 'swapped']
    const { code, out } = await runCommand([...drill, ...swapped])
    const drilled = JSON.parse(out)
    expect(drilled.scores).toMatchObject([{ outcome: 'missed', expected: { isDetectable: true } }])
    expect(drilled.bars[0]).toMatchObject({ holds: false })
    expect(code).toBe(1)
  },
)
