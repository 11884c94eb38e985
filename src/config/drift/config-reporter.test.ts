import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'

import { SealedValue } from '../sealed-value.ts'
import {
  configDigest,
  configFingerprint,
  configKeyId,
  createConfigReporter,
  secretBytes,
} from './config-reporter.ts'
import type { ConfigReporterOptions } from './config-reporter.ts'

interface Vectors {
  secret: string
  keyId: string
  fingerprints: { name: string; state: string; value: string; fingerprint: string }[]
  digests: { names: string[]; digest: string }[]
}

const examples = new URL('../../../examples/config-report/', import.meta.url)
const vectors = JSON.parse(readFileSync(new URL('test-vectors.json', examples), 'utf8')) as Vectors
const secret = secretBytes(vectors.secret)

const reporter = (options: Partial<ConfigReporterOptions> & { keys: readonly string[] }) =>
  createConfigReporter({
    component: 'api',
    environment: 'production',
    secret: vectors.secret,
    env: {},
    ...options,
  })

describe('test vectors', () => {
  it.each(vectors.fingerprints)('$name $state', ({ name, state, value, fingerprint }) => {
    expect(configFingerprint(secret, name, state, value)).toBe(fingerprint)
  })

  it('a sealed value has the fingerprint that a process reports', () => {
    const value = new SealedValue('8080')
    expect(value.fingerprint(secret, 'PORT')).toBe(configFingerprint(secret, 'PORT', 'set', '8080'))
  })

  it('digests and the id of the secret', () => {
    expect(configKeyId(secret)).toBe(vectors.keyId)
    for (const { names, digest } of vectors.digests) {
      const entries = vectors.fingerprints
        .filter((it) => names.includes(it.name) && it.state === 'set')
        .map((it) => [it.name, it] as const)
      expect(configDigest(secret, entries)).toBe(digest)
      expect(configDigest(secret, entries.toReversed())).toBe(digest)
    }
  })

  it('the page of the protocol has all of them', () => {
    const page = readFileSync(new URL('../../../docs/config-drift.md', import.meta.url), 'utf8')
    for (const { fingerprint } of vectors.fingerprints) expect(page).toContain(fingerprint)
    for (const { digest } of vectors.digests) expect(page).toContain(digest)
    expect(page).toContain(vectors.keyId)
  })

  it('Python computes the same', () => {
    const script = `import json, sys
sys.path.insert(0, sys.argv[1])
import config_report
vectors = json.loads(sys.stdin.read())
secret = vectors["secret"].encode()
print(json.dumps({
  "fingerprints": [config_report.fingerprint(secret, v["name"], v["state"], v["value"]) for v in vectors["fingerprints"]],
  "digests": [config_report.config_report(d["names"], "api", env={
      "AFTERGREEN_ENVIRONMENT": "production",
      **{v["name"]: v["value"] for v in vectors["fingerprints"] if v["state"] == "set"},
    })["digest"] for d in vectors["digests"]],
}))`
    const { stdout, stderr } = spawnSync(
      'python3',
      ['-c', script, new URL('python', examples).pathname],
      {
        input: JSON.stringify(vectors),
        encoding: 'utf8',
        env: {
          PATH: process.env['PATH'],
          AFTERGREEN_CONFIG_KEY: vectors.secret,
          PYTHONUTF8: '1',
          PYTHONDONTWRITEBYTECODE: '1',
        },
      },
    )
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual({
      fingerprints: vectors.fingerprints.map(({ fingerprint }) => fingerprint),
      digests: vectors.digests.map(({ digest }) => digest),
    })
  })
})

describe('a report', () => {
  it('tells states and sources', () => {
    const { keys, unknownKeys } = reporter({
      keys: ['A', 'B', 'C', 'D', 'E', '__proto__'],
      env: { A: 'one', B: '', SHOP_X: '1', SHOP_A: '2', OTHER: '3', AFTERGREEN_CONFIG_KEY: 'x' },
      defaults: { C: 'three' },
      values: () => ({ D: { value: 'four', source: 'file' } }),
      prefixes: ['SHOP_', 'AFTERGREEN_', ''],
    }).report()
    expect(
      Object.entries(keys).map(([key, { state, source }]) => `${key} ${state} ${source}`),
    ).toEqual([
      'A set environment',
      'B empty environment',
      'C set default',
      'D set file',
      'E unset none',
      '__proto__ unset none',
    ])
    expect(keys['C']?.fingerprint).toBe(configFingerprint(secret, 'C', 'set', 'three'))
    expect(unknownKeys).toEqual(['SHOP_A', 'SHOP_X'])
    const empty = reporter({
      keys: ['B'],
      env: { B: '' },
      defaults: { B: 'two' },
      emptyIsUnset: true,
    })
    expect(empty.report().keys['B']).toMatchObject({ state: 'set', source: 'default' })
  })

  it('stays as it was until it is taken anew', () => {
    const env: Record<string, string> = { A: 'one' }
    const told = reporter({ keys: ['A'], env })
    const before = told.report()
    env['A'] = 'two'
    expect(told.report()).toEqual(before)
    expect(told.reload().digest).not.toBe(before.digest)
    expect(told.report().digest).not.toBe(before.digest)
    expect(told.resourceAttributes()).toBe(
      `aftergreen.config.digest=${told.report().digest},aftergreen.config.key_id=${vectors.keyId}`,
    )
  })

  it('is answered to GET and HEAD alone', () => {
    const told = reporter({ keys: ['A'], env: { A: 'one' } })
    const answer = (method?: string) => {
      const headers: Record<string, string> = {}
      const response = {
        statusCode: 0,
        text: '',
        setHeader: (name: string, value: string) => (headers[name] = value),
        end: (text?: string) => (response.text = text ?? ''),
      }
      told.handle({ method }, response)
      return { status: response.statusCode, text: response.text, headers }
    }
    expect(JSON.parse(answer('GET').text)).toEqual(told.report())
    expect(answer('GET').headers).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/json',
    })
    expect(answer('HEAD')).toMatchObject({ status: 200, text: '' })
    expect(answer('POST')).toMatchObject({ status: 405, text: '', headers: { allow: 'GET, HEAD' } })
  })

  it('holds no value, and no error does', () => {
    const told = reporter({ keys: ['A'], env: { A: 'kanarie' }, values: () => ({}) })
    const shown = [
      JSON.stringify(told),
      inspect(told, { depth: 9, showHidden: true }),
      JSON.stringify(told.report()),
    ]
    for (const text of shown) {
      expect(text).not.toContain('kanarie')
      expect(text).not.toContain(vectors.secret)
    }
    const wrong: Partial<ConfigReporterOptions>[] = [
      { secret: 'kanarie' },
      { environment: '' },
      { keys: ['A\0'] },
      { keys: ['A=B'] },
      {
        values: () => ({
          A: { value: { kanarie: 1 } as unknown as string, source: 'file' },
        }),
      },
    ]
    for (const options of wrong) {
      let message = ''
      try {
        reporter({ keys: ['A'], env: { A: 'kanarie' }, ...options })
      } catch (error) {
        message = String(error)
      }
      expect(message).toMatch(/^TypeError/)
      expect(message).not.toContain('kanarie')
    }
  })

  it('is one file that imports node:crypto alone, and nothing newer than Node 18', () => {
    const text = readFileSync(new URL('config-reporter.ts', import.meta.url), 'utf8')
    expect(text.match(/^import .*|\bimport\(.*|\brequire\(.*/gm)).toEqual([
      "import { createHmac } from 'node:crypto'",
    ])
    expect(text).not.toMatch(
      /\.(toSorted|toReversed|toSpliced|with|groupBy|toWellFormed|isWellFormed|getBuiltinModule)\(|\busing /,
    )
  })
})
