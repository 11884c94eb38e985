import { expect, test } from 'vitest'
import { currentPlatform, enginePackage } from './platform.ts'

test.each([
  [{ platform: 'linux', arch: 'x64', glibc: true }, '@chdb/lib-linux-x64-gnu'],
  [{ platform: 'linux', arch: 'arm64', glibc: true }, '@chdb/lib-linux-arm64-gnu'],
  [{ platform: 'darwin', arch: 'x64', glibc: false }, '@chdb/lib-darwin-x64'],
  [{ platform: 'darwin', arch: 'arm64', glibc: false }, '@chdb/lib-darwin-arm64'],
])('%j has an engine', (facts, name) => {
  expect(enginePackage(facts)).toBe(name)
})

test.each([
  [{ platform: 'win32', arch: 'x64', glibc: false }, 'win32 x64'],
  [{ platform: 'linux', arch: 'x64', glibc: false }, 'linux x64 with musl'],
  [{ platform: 'linux', arch: 'ppc64', glibc: true }, 'linux ppc64'],
])('%j has none, and is told what works', (facts, here) => {
  expect(() => enginePackage(facts)).toThrow(
    expect.objectContaining({
      code: 'PLATFORM_UNSUPPORTED',
      message: `The embedded engine does not run on ${here}: it supports Linux with glibc and macOS, on x64 and arm64.`,
      hint: expect.stringContaining('AFTERGREEN_CLICKHOUSE_URL') as string,
    }),
  )
})

test('the facts of this machine', () => {
  expect(currentPlatform()).toMatchObject({ platform: process.platform, arch: process.arch })
})
