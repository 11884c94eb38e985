import { expect, test } from 'vitest'
import { releaseId } from './release-id.ts'

const release = {
  service: 'checkout',
  environment: 'production',
  version: '2.0.0',
  startedAt: '2026-03-02T10:00:00.000Z',
}

test('the id of the same release is the same, and readable', () => {
  expect(releaseId(release)).toMatch(/^checkout-2\.0\.0-[0-9a-f]{6}$/)
  expect(releaseId({ ...release })).toBe(releaseId(release))
})

test.each([
  { service: 'cart' },
  { environment: 'staging' },
  { version: '2.0.1' },
  { startedAt: '2026-03-02T10:00:00.001Z' },
])('another release has another id: %o', (change) => {
  expect(releaseId({ ...release, ...change })).not.toBe(releaseId(release))
})

test('parts that read alike when joined do not collide', () => {
  const joined = { ...release, service: 'a-b', version: 'c' }
  expect(releaseId(joined)).not.toBe(releaseId({ ...joined, service: 'a', version: 'b-c' }))
})

test.each(['../../etc/passwd', 'a/b?c=d#e', 'Käse 100%', '', 'x'.repeat(500)])(
  'whatever the version is called, the id is safe in an address and short: %j',
  (version) => {
    const id = releaseId({ ...release, version })
    expect(encodeURIComponent(id)).toBe(id)
    expect(id.length).toBeLessThan(100)
  },
)
