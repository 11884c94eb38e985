import { expect, test } from 'vitest'
import { spoolSettings } from './spool-settings.ts'

test('sizes may have units', () => {
  const read = (AFTERGREEN_SPOOL_BYTES: string) =>
    spoolSettings({ AFTERGREEN_SPOOL_BYTES }).maxBytes
  expect(read('5000000')).toBe(5_000_000)
  expect(read('500MB')).toBe(500e6)
  expect(read(' 1.5 GiB ')).toBe(1.5 * 2 ** 30)
  expect(spoolSettings({ AFTERGREEN_DISK_RESERVE: '0' })).toEqual({ diskReserve: 0 })
  expect(spoolSettings({ AFTERGREEN_SPOOL_BYTES: '' })).toEqual({})
})

test.each(['lots', '-5', '12 parsecs', '1e400', '100', 'NaN', '5GB extra'])(
  '%s is refused',
  (text) => {
    expect(() => spoolSettings({ AFTERGREEN_SPOOL_BYTES: text })).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    )
  },
)
