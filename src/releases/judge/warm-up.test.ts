import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import { lookAt } from '../testing/look-at.ts'
import { syntheticUnits, syntheticWindow } from '../testing/synthetic-units.ts'
import { categoryColumn } from './attribute-columns.ts'
import { newWatchState } from './hypothesis.ts'
import { judgeUnits } from './judge-units.ts'
import { defaultPolicy } from './policy.ts'
import type { UnitTable } from './unit-table.ts'
import { warmUpSpots } from './warm-up-spots.ts'
import { markWarmUp, settledWarmUp, warmingBlocks } from './warm-up.ts'

const coldSeconds = 15

/** Instances of both versions; one of the candidate starts late. All of them are slow at first. */
function fleet(
  options: Partial<Parameters<typeof syntheticUnits>[0]> = {},
  { cold = 8, perRequest = false }: { cold?: number; perRequest?: boolean } = {},
): UnitTable {
  const table = syntheticUnits({ seed: 5, units: 4000, candidateShare: 0.5, ...options })
  const random = createRandom(7)
  const late = 40_000
  const instance = Array.from({ length: table.rows }, (_, row) => {
    const side = table.candidate[row] === 1 ? 'new' : 'old'
    if (perRequest) return `${side}-${row}`
    return side === 'new' && table.at[row]! > late && random.uniform() < 0.5 ? 'new-2' : side
  })
  const duration = table.duration.map((took, row) => {
    if (table.candidate[row] === 0) return took
    const age = table.at[row]! - (instance[row] === 'new-2' ? late : 0)
    return age < coldSeconds * 1000 ? took * cold : took
  })
  const attributes = [
    ...table.attributes,
    categoryColumn('service.instance.id', instance, table.rows),
  ]
  return { ...table, duration, attributes }
}

const kinds = (table: UnitTable, seconds: number): string[] => {
  const marked = markWarmUp(table, syntheticWindow, seconds)
  const { findings, state } = lookAt(marked)
  return [...new Set(findings.map(({ kind }) => kind)), ...(state.alarmedAt ? ['alarm'] : [])]
}

test('a cold start is no regression, one of an instance that starts later neither', () => {
  const table = fleet()
  expect(kinds(table, 0)).toEqual(['latency', 'alarm'])
  expect(kinds(table, coldSeconds)).toEqual([])
})

test('what goes on after the warm-up is found, and so are failures within it', () => {
  expect(kinds(fleet({ slowdown: 2 }), coldSeconds)).toEqual(['latency', 'alarm'])
  const table = fleet({}, { cold: 1 })
  const failed = table.failed.map((bad, row) =>
    table.candidate[row] === 1 && table.at[row]! < coldSeconds * 1000 ? 1 : bad,
  )
  expect(kinds({ ...table, failed }, coldSeconds)).toEqual(['failure-rate', 'alarm'])
})

test('slowness that ends with the warm-up does not hide that nothing is worse afterwards', () => {
  const claimsOf = (seconds: number) => {
    const table = markWarmUp(fleet({ units: 12_000 }), syntheticWindow, seconds)
    const at = new Date(0).toISOString()
    const judged = judgeUnits(
      table,
      'checkout',
      syntheticWindow,
      newWatchState(),
      defaultPolicy,
      at,
    )
    return judged.claims.filter(({ kind }) => kind === 'latency').map(({ met }) => met)
  }
  expect(claimsOf(0)).toContain(false)
  expect(claimsOf(coldSeconds)).toEqual([true, true, true])
})

test('instances are told apart by what names them, else the versions count', () => {
  const marked = (table: UnitTable) => markWarmUp(table, syntheticWindow, coldSeconds).warmUp!
  const named = marked(fleet())
  expect(named.by).toBe('service.instance.id')
  // two starts of the candidate and one of the baseline, 15 of 80 seconds each; the second one has half the traffic
  const cold = named.rows.reduce((sum, row) => sum + row, 0)
  expect(cold / 4000).toBeCloseTo((15 / 80) * (0.5 + 0.5 + 0.25), 1)
  const unnamed = fleet()
  const attributes = unnamed.attributes.filter(({ name }) => name !== 'service.instance.id')
  expect(marked({ ...unnamed, attributes }).by).toBeNull()
  // functions that live for one request are cold for ever
  const functions = fleet({}, { perRequest: true })
  expect(marked(functions).by).toBeNull()
  // … and what they run on is not
  const host = categoryColumn(
    'host.name',
    Array.from(functions.traceIds, () => 'a'),
    functions.rows,
  )
  const hosted = { ...functions, attributes: [...functions.attributes, host] }
  expect(marked(hosted).by).toBe('host.name')
  expect(markWarmUp(fleet(), syntheticWindow, 0).warmUp).toBeUndefined()
})

test('without names, a step up in the share of the traffic is a start', () => {
  const table = fleet()
  const attributes = table.attributes.filter(({ name }) => name !== 'service.instance.id')
  // until 40 s most of the candidate's requests are not there yet
  const isThere = Array.from({ length: table.rows }, (_, row) => {
    return table.candidate[row] === 0 || table.at[row]! > 40_000 || row % 3 === 0
  })
  const candidate = table.candidate.map((side, row) => (isThere[row] === true ? side : 0))
  const rolling = { ...table, candidate, attributes }
  expect(
    [...warmingBlocks(markWarmUp(rolling, syntheticWindow, 15), syntheticWindow, 'candidate')].join(
      '',
    ),
  ).toMatch(/^1110000[01]1{4,7}0+$/)
  // a share that stays as it is has one start
  const steady = { ...table, attributes }
  expect(
    [...warmingBlocks(markWarmUp(steady, syntheticWindow, 15), syntheticWindow, 'candidate')].join(
      '',
    ),
  ).toBe('1110000000000000')
})

test('blocks of time are cold while the candidate has fresh instances in them', () => {
  const table = markWarmUp(fleet(), syntheticWindow, coldSeconds)
  const cold = [...warmingBlocks(table, syntheticWindow, 'candidate')].join('')
  expect(cold).toBe('1110000011100000')
  expect([...warmingBlocks(fleet(), syntheticWindow, 'candidate')].join('')).toBe('0'.repeat(16))
})

test('the verdict tells what was left out, and how slow it was', () => {
  const [spot] = warmUpSpots(markWarmUp(fleet(), syntheticWindow, coldSeconds))
  expect(spot?.title).toMatch(
    /^Not compared: how long requests take in the first 15 s of an instance \(\d+ requests of the candidate's \d,\d+\)$/,
  )
  expect(spot?.detail).toMatch(
    /Their median was .* and .* afterwards\. Failures in that time count\.$/,
  )
  expect(spot?.detail).not.toContain('host')
  expect(warmUpSpots(fleet())).toEqual([])
  const onHosts = fleet()
  const attributes = onHosts.attributes.map((column) =>
    column.name === 'service.instance.id' ? { ...column, name: 'host.name' } : column,
  )
  const [byHost] = warmUpSpots(markWarmUp({ ...onHosts, attributes }, syntheticWindow, coldSeconds))
  expect(byHost?.detail).toContain('told apart by host.name alone: where several share a host')
})

test('what tells instances apart is settled once, and stays where fewer units carry it later', () => {
  const table = fleet()
  const marked = markWarmUp(table, syntheticWindow, coldSeconds)
  const by = settledWarmUp(marked, syntheticWindow)
  expect(by).toBe('service.instance.id')
  const early = { ...syntheticWindow, to: syntheticWindow.from + 3 * coldSeconds * 1000 }
  expect(settledWarmUp(marked, early)).toBeUndefined()
  const few = fleet({ units: 300 })
  expect(
    settledWarmUp(markWarmUp(few, syntheticWindow, coldSeconds), syntheticWindow),
  ).toBeUndefined()
  // one unit in five says no more who served it
  const thinned = table.attributes.map((column) =>
    column.kind === 'category' && column.name === 'service.instance.id'
      ? { ...column, codes: column.codes.map((code, row) => (row % 5 === 0 ? 0 : code)) }
      : column,
  )
  const later = { ...table, attributes: thinned }
  const warmUpOf = (settled?: string | null) =>
    markWarmUp(later, syntheticWindow, coldSeconds, settled).warmUp!
  expect(warmUpOf().by).toBeNull()
  expect(warmUpOf(by).by).toBe('service.instance.id')
  expect(warmUpOf(by).rows.some((cold, row) => cold === 1 && table.at[row]! > 40_000)).toBe(true)
  // functions that were told apart by version stay so, although some of them live longer now
  expect(markWarmUp(table, syntheticWindow, coldSeconds, null).warmUp!.by).toBeNull()
  const at = new Date(0).toISOString()
  const begun = { ...newWatchState(), warmUpBy: null }
  const { state } = judgeUnits(marked, 'checkout', syntheticWindow, begun, defaultPolicy, at)
  expect(state.warmUpBy).toBeNull()
})
