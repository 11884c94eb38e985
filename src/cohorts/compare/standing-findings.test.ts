import { describe, expect, it } from 'vitest'

import { createRandom } from '../../stats/random.ts'
import { cohortMask, type CohortTable } from '../cohort-table.ts'
import type { Cohort } from '../cohort.ts'
import { formatCohort } from '../format-cohort.ts'
import { balanced } from '../mix-balance.ts'
import { memorySource } from '../source/memory-source.ts'
import { confirmSuggested } from './confirm-suggested.ts'
import { countAll } from './count-all.ts'
import { type Confirmed, standingFindings } from './standing-findings.ts'

const rows = 40_000
const is = (attribute: string, value: string): Cohort => [{ attribute, op: '=', value }]
const phone = is('device', 'phone')
const german = is('locale', 'de')
const french = is('locale', 'fr')
const germanPhone = [...german, ...phone]
const frenchPhone = [...french, ...phone]

/** 1 in 100 rows is bad; on the candidate half of those of a fault, or a share of its own for each. */
async function standing(
  faults: readonly Cohort[],
  suggested: readonly Cohort[],
  badShares = faults.map(() => 0.5),
  usualShare = 0.01,
): Promise<string[]> {
  const found = await confirmedOf(faults, suggested, badShares, () => [], usualShare)
  return found.map(({ cohort }) => formatCohort(cohort)).toSorted()
}

async function confirmedOf(
  faults: readonly Cohort[],
  suggested: readonly Cohort[],
  badShares: readonly number[],
  alternativesOf: (suggestion: Cohort) => Cohort[] = () => [],
  usualShare = 0.01,
): Promise<Confirmed[]> {
  const random = createRandom(3)
  const draw = (values: readonly string[]) =>
    Uint16Array.from({ length: rows }, () => 1 + Math.floor(random.uniform() * values.length))
  const column = (name: string, values: readonly string[]) => {
    return { name, kind: 'category' as const, codes: draw(values), values: [null, ...values] }
  }
  const table: CohortTable = {
    rows,
    candidate: Uint8Array.from({ length: rows }, () => (random.uniform() < 0.5 ? 1 : 0)),
    attributes: [
      column('device', ['phone', 'tablet', 'desktop']),
      column('locale', ['de', 'fr', 'en', 'pt']),
      column('plan', ['free', 'paid']),
    ],
  }
  const masks = faults.map((fault) => cohortMask(table, fault))
  const bad = Uint8Array.from({ length: rows }, (_, row) => {
    const fault = table.candidate[row] === 1 ? masks.findIndex((mask) => mask[row] === 1) : -1
    return random.uniform() < (badShares[fault] ?? usualShare) ? 1 : 0
  })
  const source = memorySource({
    table,
    unit: Uint32Array.from({ length: rows }, (_, row) => row),
    measures: [{ name: 'rate', kind: 'share', bad }],
  })
  const { measures } = await source.describe()
  const sample = await source.sample()
  const cohorts = [[], ...suggested]
  const counts = await countAll(source, { cohorts, measures, balance: balanced, stop: undefined })
  const confirmed = confirmSuggested(
    suggested.map((cohort) => ({ measure: 'rate', cohort, alternatives: alternativesOf(cohort) })),
    counts,
  )
  return standingFindings(confirmed, { counts, table: sample.table, measures: sample.measures })
}

const texts = (...cohorts: Cohort[]): string[] => cohorts.map(formatCohort).toSorted()

describe('one finding for one fault', () => {
  it('of a wide cohort that only a narrow one makes worse, the narrow one stands', async () => {
    expect(await standing([germanPhone], [phone, german, germanPhone])).toEqual(texts(germanPhone))
  })

  it('of a narrow cohort that is as bad as the wide one, the wide one stands', async () => {
    expect(await standing([phone], [phone, germanPhone, frenchPhone])).toEqual(texts(phone))
  })

  it('a wide cohort that two narrow ones explain together does not stand', async () => {
    const found = await standing([germanPhone, frenchPhone], [phone, germanPhone, frenchPhone])
    expect(found).toEqual(texts(germanPhone, frenchPhone))
  })

  it('of two parts of a wide cohort the weaker one stands too', async () => {
    const parts = [germanPhone, frenchPhone]
    const found = await standing(parts, [phone, ...parts], [0.9, 0.2])
    expect(found).toEqual(texts(...parts))
  })

  it('most of a cohort that is somewhat worse than the rest of it is no finding beside it', async () => {
    const paidPhone = [...phone, ...is('plan', 'paid')]
    const wide = (part: number) => standing([paidPhone, phone], [phone, paidPhone], [part, 0.3])
    expect(await wide(0.45)).toEqual(texts(phone))
    expect(await wide(0.9)).toEqual(texts(phone, paidPhone))
  })

  it('a cohort that is bad only where a better one is does not stand beside it', async () => {
    const freePhone = [...phone, ...is('plan', 'free')]
    expect(await standing([germanPhone], [germanPhone, freePhone])).toEqual(texts(germanPhone))
    const both = [germanPhone, freePhone]
    expect(await standing(both, both)).toEqual(texts(...both))
  })

  it('nor does one that overlaps it a little, and is bad for nothing but that', async () => {
    // a fifth of what is bad among the paid ones is on German phones
    const paid = is('plan', 'paid')
    const fault = [...germanPhone, ...paid]
    const crossed = [germanPhone, paid]
    const usual = 0.3
    expect(await standing([fault], crossed, [0.9], usual)).toEqual(texts(germanPhone))
    expect(await standing([germanPhone, paid], crossed, [0.9, 0.4], usual)).toEqual(
      texts(...crossed),
    )
  })

  it('the alternatives of another description are its own only where they are of the same events', async () => {
    const freePhone = [...phone, ...is('plan', 'free')]
    const of = (suggestion: Cohort): Cohort[] =>
      suggestion === freePhone ? [german, frenchPhone] : []
    const [finding] = await confirmedOf([germanPhone], [germanPhone, freePhone], [0.5], of)
    expect(finding!.cohort).toEqual(germanPhone)
    expect(finding!.alternatives).toEqual([freePhone, german])
  })

  it('a wide fault does not hide another one beside it', async () => {
    expect(await standing([phone, german], [phone, german])).toEqual(texts(phone, german))
  })

  it('what nothing happened in is not confirmed', async () => {
    expect(await standing([], [phone, german, germanPhone])).toEqual([])
  })
})
