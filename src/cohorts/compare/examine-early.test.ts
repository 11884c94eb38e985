import { expect, it } from 'vitest'
import type { Cohort } from '../cohort.ts'
import { memorySource } from '../source/memory-source.ts'
import { plantedTable } from '../testing/planted-table.ts'
import type { CohortQuestion, CohortSource, ExaminedCohort } from './cohort-source.ts'
import { compareCohorts } from './compare-cohorts.ts'
import type { Comparison } from './comparison.ts'
import { discover } from './discover.ts'
import { EarlyExamination } from './examine-early.ts'

const fault: Cohort = [{ attribute: 'app.device', op: '=', value: 'device-1' }]
const { table, measures } = plantedTable({ seed: 1, rows: 8000, cohort: fault, badRate: 0.4 })
const plain = memorySource({
  table,
  unit: Uint32Array.from({ length: table.rows }, (_, row) => row),
  measures: measures.map(({ bad }) => ({ name: 'rate', kind: 'share', bad })),
})

/** The events in order, and the answer. */
async function compared(
  examine: (asked: readonly CohortQuestion[], time: number) => Promise<ExaminedCohort[]>,
): Promise<{ events: string[]; comparison: Comparison }> {
  const events: string[] = []
  let times = 0
  const source: CohortSource = {
    ...plain,
    isScannedTogether: true,
    async count(request, signal) {
      events.push('count')
      const counts = await plain.count(request, signal)
      events.push('counted')
      return counts
    },
    async examine(asked) {
      times += 1
      events.push(`examine ${asked.length}`)
      return await examine(asked, times)
    },
  }
  return { comparison: await compareCohorts(source, {}), events }
}

const wanted = await compareCohorts(plain, {})

it('asks about what is likely to be found while everything is counted, and not again', async () => {
  expect(wanted.findings.map(({ cohort }) => cohort)).toEqual([fault])
  const { events, comparison } = await compared((asked) => plain.examine(asked))
  expect(events).toEqual(['examine 1', 'count', 'counted'])
  expect(comparison).toEqual(wanted)
})

it('asks before sets of values are looked for, and goes on while they are', async () => {
  const events: string[] = []
  await discover(
    await plain.sample(),
    {},
    {
      onLikely: (likely) => {
        events.push(`likely ${likely.length}`)
        setImmediate(() => events.push('sent'))
      },
    },
  )
  expect(events).toEqual(['likely 1', 'sent', 'likely 0'])
})

it('asks no more than eight questions, the best ones', async () => {
  const asked: string[] = []
  const source: CohortSource = {
    ...plain,
    isScannedTogether: true,
    async examine(questions) {
      asked.push(...questions.map(({ measure }) => measure))
      return []
    },
  }
  const early = new EarlyExamination(source, undefined)
  const named = (names: readonly string[]): CohortQuestion[] =>
    names.map((measure) => ({ cohort: fault, measure }))
  early.ask(named(['a', 'b', 'c', 'd', 'e']))
  early.ask(named(['f', 'g', 'h', 'i']))
  early.ask(named(['j']))
  expect(asked.join('')).toBe('abcdefgh')
  expect((await early.answers()).size).toBe(0)
})

it('asks again where rows have come since, and where the first question failed', async () => {
  const fewer = async (asked: readonly CohortQuestion[], time: number) => {
    const examined = await plain.examine(asked)
    if (time > 1) return examined
    return examined.map(({ counts: { baseline, candidate }, ...one }) => ({
      ...one,
      exemplars: { baseline: ['early'], candidate: ['early'] },
      counts: { baseline, candidate: { bad: candidate.bad - 1, total: candidate.total - 1 } },
    }))
  }
  const failing = async (asked: readonly CohortQuestion[], time: number) => {
    if (time === 1) throw new Error('too many questions')
    return await plain.examine(asked)
  }
  for (const examine of [fewer, failing]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { events, comparison } = await compared(examine)
    expect(events).toEqual(['examine 1', 'count', 'counted', 'examine 1'])
    expect(comparison).toEqual(wanted)
  }
})

it('says a failure that stays', async () => {
  const gone = async (): Promise<ExaminedCohort[]> => {
    throw new Error('the engine is gone')
  }
  await expect(compared(gone)).rejects.toThrow('the engine is gone')
})
