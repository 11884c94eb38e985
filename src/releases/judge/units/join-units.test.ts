import { expect, test } from 'vitest'
import { joinUnits } from './join-units.ts'
import { emptyRows, newUnitValues, type UnitRows, valuesOf } from './unit-rows.ts'

const keys = [
  { key: 'plan', type: 'string', rows: 1 },
  { key: 'items', type: 'double', rows: 1 },
] as const

test('what begins in one stretch and goes on in another is one unit', () => {
  const values = newUnitValues()
  const part = (
    trace: number,
    change: { plan: string | null; items: number; duration: number; spans: string; failed?: 1 },
  ): UnitRows => {
    const rows = emptyRows(1, keys)
    rows.trace[0] = trace
    rows.traceIds[0] = `trace ${trace}`
    rows.duration[0] = change.duration
    rows.failed[0] = change.failed ?? 0
    rows.spans[0] = change.spans
    rows.attributes.get('string:plan')![0] = valuesOf(values, 'string:plan').idOf(change.plan)
    rows.attributes.get('double:items')![0] = change.items
    return rows
  }
  const joined = joinUnits(
    [
      part(1, { plan: '￿', items: Number.NaN, duration: 3, spans: 'b' }),
      part(2, { plan: 'x', items: 7, duration: 1, spans: 'd' }),
      part(1, { plan: '😀', items: 2, duration: 2, spans: 'a,c', failed: 1 }),
      part(2, { plan: null, items: Number.NaN, duration: 9, spans: 'e' }),
    ],
    keys,
    values,
  )
  expect(joined.traceIds).toEqual(['trace 1', 'trace 2'])
  expect([...joined.duration]).toEqual([3, 9])
  expect([...joined.failed]).toEqual([1, 0])
  expect(joined.spans).toEqual(['a,b,c', 'd,e'])
  const plans = [...joined.attributes.get('string:plan')!].map(
    (id) => valuesOf(values, 'string:plan').values[id],
  )
  // by bytes, where UTF-16 has another order
  expect(plans).toEqual(['￿', 'x'])
  expect([...joined.attributes.get('double:items')!]).toEqual([2, 7])
})

test('what both versions answered for one trace is a unit of each: a retry elsewhere takes no failure along', () => {
  const values = newUnitValues()
  const part = (version: 0 | 1, failed: 0 | 1): UnitRows => {
    const rows = emptyRows(1, [])
    rows.trace[0] = 7
    rows.traceIds[0] = 'trace 7'
    rows.version[0] = version
    rows.failed[0] = failed
    rows.spans[0] = 'a'
    return rows
  }
  const joined = joinUnits([part(1, 1), part(0, 0), part(1, 0)], [], values)
  expect([...joined.version]).toEqual([1, 0])
  expect([...joined.failed]).toEqual([1, 0])
})
