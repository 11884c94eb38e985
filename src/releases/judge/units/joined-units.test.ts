import { expect, test } from 'vitest'
import { JoinedUnits } from './joined-units.ts'
import { emptyRows, newUnitValues, type UnitRows, valuesOf } from './unit-rows.ts'

const keys = [
  { key: 'plan', type: 'string', rows: 1 },
  { key: 'items', type: 'double', rows: 1 },
] as const

test('what a look was given stays as it is, whatever comes later', () => {
  const values = newUnitValues()
  const part = (trace: number, plan: string, items: number): UnitRows => {
    const rows = emptyRows(1, keys)
    rows.trace[0] = trace
    rows.traceIds[0] = `trace ${trace}`
    rows.at[0] = trace
    rows.duration[0] = items
    rows.spans[0] = `${plan} of ${trace}`
    rows.attributes.get('string:plan')![0] = valuesOf(values, 'string:plan').idOf(plan)
    rows.attributes.get('double:items')![0] = items
    return rows
  }
  const units = new JoinedUnits(values, keys)
  const given = () => structuredClone(views())
  const views = () => ({
    fixed: units.fixed(),
    operation: units.operation(),
    plan: units.attribute('string:plan'),
    items: units.attribute('double:items'),
  })
  // so many that there is room for some more
  const first = Array.from({ length: 20 }, (_, i) => part(i, 'z', 5))
  units.update(first)
  const [seen, then] = [views(), given()]
  // goes on with a lesser plan and fewer items, and one more
  units.update([...first, part(1, 'a', 2), part(30, 'x', 1)])
  expect(units.rows).toBe(21)
  expect(seen).toEqual(then)
  const [later, now] = [views(), given()]
  // something older has changed: all is joined again
  units.update([part(9, 'q', 9), part(8, 'r', 8), part(7, 's', 7)])
  expect(later).toEqual(now)
  expect(seen).toEqual(then)
})
