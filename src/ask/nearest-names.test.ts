import { expect, test } from 'vitest'
import { nearestNames, unknownColumn } from './nearest-names.ts'

test.each([
  ['side2', ['side', 'wide', 'err'], ['side', 'wide']],
  ['locale', ['app.locale', 'local', 'x'], ['app.locale', 'local']],
  ['Tenant', ['tenant', 'TENANT'], ['TENANT', 'tenant']],
  ['sevrice', ['service', 'sev'], ['service']],
  ['zzz', ['side', 'err'], []],
  ['x', [], []],
])('%s', (name, names, nearest) => {
  expect(nearestNames(name, names)).toEqual(nearest)
})

test('an unknown column is told with the nearest', () => {
  expect(unknownColumn('side2', ['err', 'side'])).toMatchObject({
    code: 'COMPARE_COLUMN',
    message: 'There is no column side2. Nearest: side.',
    hint: expect.stringContaining('Its columns are: err, side.') as string,
  })
})
