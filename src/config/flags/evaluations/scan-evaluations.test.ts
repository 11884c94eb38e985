import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { walkRepository } from '../../repository/walk-repository.ts'
import type { EvaluationScan } from './scan-evaluations.ts'
import { scanEvaluations } from './scan-evaluations.ts'

const files: Record<string, string> = {
  'src/flags.ts': `import { OpenFeature } from '@openfeature/server-sdk'
const client = OpenFeature.getClient()
export const Keys = { CHECKOUT: 'ts-constant' }
export const isOn = async (key: string, fallback = false) => client.getBooleanValue(key, fallback)
client.getBooleanValue('ts-direct', true, context)
client.getNumberValue(\`ts-\${name}\`, 1)`,
  'src/use.ts': `import { isOn, Keys } from './flags'
if (await isOn('ts-wrapped', true)) go()
if (await isOn(Keys.CHECKOUT)) go()`,
  'src/none.ts': `export const getStringValue = (a: string, b: string) => a + b
getStringValue('not-a-flag', 'x')
isOn('not-imported')`,
  'web/page.tsx': `import { useFlag } from '@unleash/proxy-client-react'
export const Page = () => (useFlag('tsx-hook') ? <a /> : null)`,
  'py/app.py': `import ldclient
x = ldclient.get().variation("py-ld", context, "blue")
y = openfeature_client.get_boolean_value(flag_key="py-keyword", default_value=True)
z = unleash.is_enabled("py-unleash")`,
  'go/main.go': `package main
import "github.com/open-feature/go-sdk/openfeature"
const key = "go-constant"
func f() { v, _ := client.BooleanValue(ctx, "go-direct", true, evalCtx); w, _ := client.StringValue(ctx, key, "a", evalCtx) }`,
  'java/A.java': `import com.launchdarkly.sdk.server.LDClient;
class A { boolean f() { return client.boolVariation("java-ld", context, true); } }`,
  'test/a.test.ts': `flags.set('ts-direct', false)`,
  'broken.ts': `import 'openfeature'; client.getBooleanValue('broken', false); } } ((`,
}

let folder: string
let scan: EvaluationScan

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flags-'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  scan = await scanEvaluations(folder, await walkRepository(folder), new Set(['ts-direct']))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('finds where code asks for flags, with its own defaults, in every language', () => {
  const found = scan.evaluations.map((it) => [it.key, it.default?.value, it.via])
  expect(Object.fromEntries(found.map(([key, ...rest]) => [key, rest]))).toEqual({
    'ts-direct': [true, undefined],
    'ts-wrapped': [true, 'isOn'],
    'ts-constant': [undefined, 'isOn'],
    'tsx-hook': [false, undefined],
    'py-ld': ['blue', undefined],
    'py-keyword': [true, undefined],
    'py-unleash': [false, undefined],
    'go-direct': [true, undefined],
    'go-constant': ['a', undefined],
    'java-ld': [true, undefined],
    broken: [false, undefined],
  })
  expect(found).toHaveLength(11)
})

it('tells what it cannot know, and which keys tests name', () => {
  expect(scan.dynamic.map(({ location }) => `${location.file}:${location.line}`)).toEqual([
    'src/flags.ts:6',
  ])
  expect([...scan.mentionedInTests]).toEqual(['ts-direct'])
})
