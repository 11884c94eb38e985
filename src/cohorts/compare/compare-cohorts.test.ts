import { describe, expect, it } from 'vitest'

import type { Cohort } from '../cohort.ts'
import { cohortMask } from '../cohort-table.ts'
import { cohortKey } from '../format-cohort.ts'
import { memorySource } from '../source/memory-source.ts'
import { plantedTable } from '../testing/planted-table.ts'
import type { CohortSource } from './cohort-source.ts'
import { compareCohorts } from './compare-cohorts.ts'
import type { CompareProgress } from './comparison.ts'

const fault: Cohort = [
  { attribute: 'app.device', op: '=', value: 'device-1' },
  { attribute: 'app.amount', op: 'range', low: 25, high: 30 },
]

/** A table of independent rows; `order` puts them elsewhere. */
function source(
  options: Partial<Parameters<typeof plantedTable>[0]> = {},
  isReversed = false,
): CohortSource {
  const { table, measures } = plantedTable({ seed: 1, cohort: fault, badRate: 0.5, ...options })
  const turn = <T extends { toReversed(): T }>(values: T): T =>
    isReversed ? values.toReversed() : values
  return memorySource({
    table: {
      ...table,
      candidate: turn(table.candidate),
      attributes: table.attributes.map((column) =>
        column.kind === 'number'
          ? { ...column, values: turn(column.values) }
          : { ...column, codes: turn<Uint16Array>(column.codes as Uint16Array) },
      ),
    },
    unit: turn(Uint32Array.from({ length: table.rows }, (_, row) => row)),
    measures: measures.map(({ bad }) => ({ name: 'rate', kind: 'share' as const, bad: turn(bad) })),
  })
}

describe('one comparison', () => {
  it('finds the one fault there is, and says what there is to know about it', async () => {
    const stages: CompareProgress['stage'][] = []
    const comparison = await compareCohorts(
      source(),
      {},
      { onProgress: ({ stage }) => stages.push(stage) },
    )
    expect(comparison).toMatchObject({ complete: true, seconds: 0, mixShift: [] })
    expect(comparison.findings.map(({ text }) => text)).toEqual([
      'app.device = "device-1" and 25 <= app.amount < 30',
    ])
    const [finding] = comparison.findings
    expect(finding).toMatchObject({ rank: 1, measure: 'rate' })
    expect(finding!.q).toBeLessThan(0.001)
    expect(finding!.effect.low).toBeGreaterThan(5)
    expect(finding!.candidate.bad / finding!.candidate.total).toBeCloseTo(0.5, 1)
    expect(finding!.excess).toBeGreaterThan(0.8 * finding!.candidate.bad)
    expect(finding!.excess).toBeLessThanOrEqual(finding!.candidate.bad)
    expect(finding!.shareOfExcess).toBeGreaterThan(0.8)
    expect(finding!.exemplars.candidate).toHaveLength(3)
    expect(finding!.predicate).not.toBeNull()
    expect(comparison.global.candidate.total).toBe(comparison.searched.candidateRows)
    expect([...new Set(stages)]).toEqual(['reading', 'searching', 'counting', 'explaining'])
  })

  it('says the same whatever the order of the rows', async () => {
    const [one, other] = await Promise.all(
      [false, true].map(async (isReversed) => {
        const comparison = await compareCohorts(source({ seed: 5 }, isReversed), {})
        return JSON.stringify({
          ...comparison,
          // numbers of rows, which are others
          findings: comparison.findings.map((finding) => ({ ...finding, exemplars: null })),
        })
      }),
    )
    expect(one).toBe(other)
    expect(one).toContain('device-1')
  })

  it('does not call everything another name of a cohort', async () => {
    const cohort: Cohort = [{ attribute: 'app.device', op: '=', value: 'device-1' }]
    const { findings } = await compareCohorts(source({ cohort, badRate: 0.1 }), { maxOrder: 1 })
    expect(findings.map((finding) => finding.cohort)).toEqual([cohort])
    expect(findings[0]!.alternatives.map(({ text }) => text)).not.toContain('all requests')
  })

  it('finds nothing where nothing is, with what it would have found', async () => {
    const comparison = await compareCohorts(source({ seed: 2, cohort: null }), {})
    expect(comparison).toMatchObject({ complete: true, findings: [] })
    expect(comparison.power.smallestShare).toBeGreaterThan(0)
    expect(comparison.power.smallestEffect).toBeGreaterThan(1)
  })

  it('leaves out what its own predicate does not bear out, and says so', async () => {
    const honest = source()
    const comparison = await compareCohorts(
      {
        ...honest,
        examine: async (asked) =>
          (await honest.examine(asked)).map((examined) => {
            const { baseline, candidate } = examined.counts
            const counts = { baseline, candidate: { ...candidate, bad: candidate.bad - 1 } }
            return { ...examined, counts }
          }),
      },
      {},
    )
    expect(comparison.findings).toEqual([])
    expect(comparison.notes.join()).toMatch(/Left out "app.device.*counts other rows/)
  })

  it('bears with rows that arrive while it runs', async () => {
    const honest = source()
    let recounts = 0
    const arrived = (): number => (recounts > 0 ? 2 : 0)
    const comparison = await compareCohorts(
      {
        ...honest,
        count: async (request, signal) =>
          (await honest.count(request, signal)).map((of) =>
            of.map((counts) => ({
              ...counts,
              candidate: { ...counts.candidate, total: counts.candidate.total + arrived() },
            })),
          ),
        examine: async (asked) => {
          recounts += 1
          return (await honest.examine(asked)).map((examined) => {
            const { baseline, candidate } = examined.counts
            const counts = { baseline, candidate: { ...candidate, total: candidate.total + 1 } }
            return { ...examined, counts }
          })
        },
      },
      {},
    )
    expect(recounts).toBe(1)
    expect(comparison.findings).toHaveLength(1)
  })

  it('fails where a step fails', async () => {
    const broken: CohortSource = {
      ...source(),
      count: async () => {
        throw new Error('the engine is gone')
      },
    }
    await expect(compareCohorts(broken, {})).rejects.toThrow('the engine is gone')
  })

  it('leaves out what is ignored', async () => {
    const { findings } = await compareCohorts(source(), { ignore: ['app.device', 'app.b*'] })
    const named = findings.flatMap(({ cohort }) => cohort.map(({ attribute }) => attribute))
    expect(named).not.toContain('app.device')
    expect(named).not.toContain('app.browser')
  })

  it('would have found nothing where nothing is left to name a cohort', async () => {
    const comparison = await compareCohorts(source(), { ignore: ['*'] })
    expect(comparison).toMatchObject({
      searched: { attributes: 0 },
      findings: [],
      power: { smallestShare: null, smallestEffect: null },
    })
    expect(comparison.notes.join()).toContain('No attribute is left that could name a cohort')
  })

  it('ends the search when asked to, and says that there may be more', async () => {
    const finish = new AbortController()
    const onProgress = ({ stage }: CompareProgress): void => {
      if (stage === 'searching') finish.abort()
    }
    const comparison = await compareCohorts(source(), {}, { signal: finish.signal, onProgress })
    expect(comparison.complete).toBe(false)
    expect(comparison.searched.cut.join()).toMatch(/stopped/)
    // what would have been found where it was not looked for
    expect(comparison.power).toEqual({ smallestShare: null, smallestEffect: null })
    expect(comparison.global.candidate.bad).toBeGreaterThan(0)
  })

  it('is stopped before there is anything to say', async () => {
    const given = { code: 'COMPARE_STOPPED' }
    await expect(
      compareCohorts(source(), {}, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject(given)
    const stop = new AbortController()
    const onProgress = ({ stage }: CompareProgress): void => {
      if (stage === 'counting') stop.abort()
    }
    await expect(
      compareCohorts(source(), {}, { stop: stop.signal, onProgress }),
    ).rejects.toMatchObject(given)
  })
})

describe('several measures', () => {
  it('counts the units of what is gone on the side that had it', async () => {
    const { table } = plantedTable({ seed: 7, cohort: null, candidateShare: 0.5, rows: 15_000 })
    const isFault = cohortMask(table, fault)
    const left = table.candidate.map((side, row) => (isFault[row] === 1 ? 0 : side))
    const comparison = await compareCohorts(
      memorySource({
        table: { ...table, candidate: left },
        unit: Uint32Array.from({ length: table.rows }, (_, row) => row),
        measures: [{ name: 'volume', kind: 'volume', bad: new Uint8Array(table.rows).fill(1) }],
      }),
      { maxOrder: 2, ignore: ['app.b*', 'app.c*', 'app.r*'] },
    )
    const [finding] = comparison.findings
    expect(finding!.candidate.total).toBe(0)
    expect(finding!.units).toBe(finding!.baseline.total)
  })

  it('names one slow cohort once, with its slowdown', async () => {
    const { table } = plantedTable({ seed: 7, cohort: null })
    const isFault = cohortMask(table, fault)
    const values = new Float64Array(table.rows).map((_, row) => {
      const usual = 50 * Math.exp((((row * 7919) % 1000) - 500) / 400)
      return isFault[row] === 1 && table.candidate[row] === 1 ? 3 * usual : usual
    })
    const comparison = await compareCohorts(
      memorySource({
        table,
        unit: Uint32Array.from({ length: table.rows }, (_, row) => row),
        measures: [],
        durations: { values },
      }),
      {},
    )
    expect(comparison.findings.map(({ cohort }) => cohortKey(cohort))).toEqual([cohortKey(fault)])
    expect(comparison.findings[0]!.measure).toMatch(/^slow p/)
    expect(comparison.findings[0]!.slowdown!.value).toBeCloseTo(3, 0)
    expect(comparison.globals.map(({ measure }) => measure)).toEqual([
      'slow p50',
      'slow p90',
      'slow p99',
    ])
  })
})
