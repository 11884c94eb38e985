import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { longestShaped, shapeClass, shapeTable } from './shape-classes.ts'
import { cpuClock } from '../../../test/cpu-clock.ts'

const samples: [string, string][] = [
  ['changeme', 'placeholder'],
  ['<your key>', 'placeholder'],
  ['-----BEGIN RSA PRIVATE KEY-----\nabc', 'private key'],
  ['TRUE', 'boolean'],
  ['30', 'integer'],
  ['-5000', 'large integer'],
  ['0.75', 'number'],
  ['30s', 'duration or size'],
  ['512MB', 'duration or size'],
  ['shop@example.com', 'mail address'],
  ['http://localhost:3000/x', 'address of this machine'],
  ['postgres://u:p@127.0.0.1:5432/db', 'address of this machine'],
  ['http://[::1]:80', 'address of this machine'],
  ['https://shop.example.com', 'example address'],
  ['https://api-sandbox.pay.io/v1', 'sandbox address'],
  ['redis://cache:6379', 'private address'],
  ['https://api.pay.io/v1', 'web address'],
  ['postgres://u:p@db.prod.io/shop', 'address with a scheme'],
  ['sk_live_4eC39Hq', 'live key'],
  ['sk_test_4eC39Hq', 'test key'],
  ['{"a":1}', 'JSON'],
  ['/var/lib/x', 'path'],
  ['api.pay.io', 'host name'],
  ['a,b,c', 'list'],
  ['stripe', 'word'],
  ['stripe\n', 'token'],
  ['9f86d081884c7d659a2feaa0c55ad015', 'long token'],
  ['Ünïcode٣', 'token'],
  ['٣', 'token'],
  ['two words', 'text'],
]

it.each(samples)('%j looks like: %s', (value, shape) => {
  expect(shapeClass(value)).toBe(shape)
})

it('means the same in Python', () => {
  const script = `import json, re, sys
table, values, longest = json.load(sys.stdin)
shapes = [(name, re.compile(pattern, re.I | re.A)) for name, pattern in table]
print(json.dumps([next((n for n, p in shapes if p.search(v[:longest])), "text") for v in values]))`
  const values = samples.map(([value]) => value)
  const { stdout, stderr } = spawnSync('python3', ['-W', 'error', '-c', script], {
    input: JSON.stringify([shapeTable, values, longestShaped]),
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual(samples.map(([, shape]) => shape))
})

it('is quick on values made to be slow', () => {
  const spent = cpuClock()
  for (const part of ['a', 'a.', 'a-', '_', '1', 'http://', 'a@', ',a', ' ']) {
    shapeClass(part.repeat(100_000))
    shapeClass(`${part.repeat(2000)}!`)
    shapeClass(`redis://${part.repeat(2000)} `)
  }
  expect(spent()).toBeLessThan(1000)
})
