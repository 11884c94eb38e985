import { describe, expect, it } from 'vitest'
import { faults } from '../../fuzz/faults.ts'
import { noFailures } from '../../fuzz/report.ts'
import { runFuzz } from '../../fuzz/run-fuzz.ts'

describe('mutated requests', () => {
  it('never crash, hang or fill the memory, leave nothing behind, and get valid answers', async () => {
    const { failures, examples, payloads, outcomes } = await runFuzz({ payloads: 50_000, seed: 7 })
    expect(examples).toEqual([])
    expect(Object.values(failures)).toEqual(faults.map(() => 0))
    expect(payloads).toBe(50_000)
    const total = (word: string): number =>
      Object.entries(outcomes).reduce((sum, [name, n]) => sum + (name.endsWith(word) ? n : 0), 0)
    // most are refused, and enough are not: the encoder has something to do
    expect(total('OTLP_MALFORMED')).toBeGreaterThan(10_000)
    expect(total(' accepted')).toBeGreaterThan(3000)
    expect(total('http 200')).toBeGreaterThan(100)
    expect(total('http 400')).toBeGreaterThan(100)
  })

  // the check itself, seen to fail
  it.each(faults)('%s is found', async (plant) => {
    const payloads = { crash: 2000, hang: 1500, leak: 13_000, rollback: 2000, answer: 2000 }[plant]
    const { failures, planted } = await runFuzz({ payloads, seed: 7, plant })
    expect(planted).toBeGreaterThan(0)
    expect(failures).toEqual({
      ...noFailures(),
      [plant]: plant === 'leak' ? 1 : planted,
    })
  })
})
