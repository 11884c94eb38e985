import { expect, test } from 'vitest'
import { tableOf, type UnitRow } from '../testing/table-of.ts'
import { instanceCodes } from './instance-codes.ts'

type Attributes = UnitRow['attributes']

/** Which of the units are of one instance: a letter each. */
function told(units: readonly Attributes[], settled?: string): [string, string] | null {
  const table = tableOf(
    units.map((attributes): UnitRow => ({ candidate: true, attributes: attributes! })),
  )
  const [found] = instanceCodes(table, settled)
  if (found === undefined) return null
  const seen = [...new Set(found.codes)]
  return [found.by, [...found.codes].map((code) => 'abcdefgh'[seen.indexOf(code)]).join('')]
}

test('the surest name counts, a process before the host that it shares with others', () => {
  const host = { 'host.name': 'shop-1' }
  const processes = [10, 11, 10, 12].map((pid) => ({ ...host, 'process.pid': pid }))
  expect(told(processes)).toEqual(['host.name + process.pid', 'abac'])
  expect(told(processes.map((each, i) => ({ ...each, 'k8s.pod.name': `pod-${i >> 1}` })))).toEqual([
    'k8s.pod.name',
    'aabb',
  ])
  expect(told([host, host, { 'host.name': 'shop-2' }])).toEqual(['host.name', 'aab'])
})

test('the number of a process names nothing without its host: in containers each is the first', () => {
  expect(told([1, 1, 1].map((pid) => ({ 'process.pid': pid })))).toBeNull()
  const hosts = ['a', 'b', 'a'].map((name) => ({ 'host.name': name, 'process.pid': 1 }))
  expect(told(hosts)).toEqual(['host.name + process.pid', 'aba'])
  const times = ['09:00', '09:05', '09:00'].map((time) => ({ 'process.creation.time': time }))
  expect(told(times)).toEqual(['process.creation.time', 'aba'])
})

test('a name that few units carry is none, unless it was settled', () => {
  const host = { 'host.name': 'shop-1' }
  const units = [...[10, 11, 12].map((pid) => ({ ...host, 'process.pid': pid })), host]
  expect(told(units)).toEqual(['host.name', 'aaaa'])
  expect(told(units, 'host.name + process.pid')).toEqual(['host.name + process.pid', 'abcd'])
  expect(told(units, 'service.instance.id')).toBeNull()
})
