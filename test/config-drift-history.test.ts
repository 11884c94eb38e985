import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

import type { ConfigDrift } from '../src/config/drift/config-drift.ts'
import { createConfigReporter } from '../src/config/drift/config-reporter.ts'
import { deploymentOf, makeShop, secret } from './config-drift/shop.ts'

const shop = makeShop()
const { repository, root, git, run } = shop
const shared = join(repository, 'shared.yaml')
const deployment = join(repository, 'deployment.yaml')

const configMap = (values: Record<string, string>): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shared}\ndata: ${JSON.stringify(values)}\n`

/** One file holds the values, another one hands them over: only together they bind anything. */
beforeAll(() => {
  git('init', '-q')
  writeFileSync(deployment, deploymentOf('envFrom: [{configMapRef: {name: shared}}]'))
  for (const [index, values] of [
    { MODE: 'first', LEVEL: 'one' },
    { MODE: 'second', LEVEL: 'one' },
    { MODE: 'third', LEVEL: 'one', LATER: 'new' },
  ].entries()) {
    writeFileSync(shared, configMap(values))
    git('add', '.')
    git('commit', '-q', '-m', String(index), '--date', `2026-01-0${index + 1}T00:00:00Z`)
  }
})
afterAll(() => shop.end())

async function driftOf(env: Record<string, string>): Promise<ConfigDrift> {
  const file = join(root, 'report.json')
  const reporter = createConfigReporter({
    component: 'api',
    environment: 'production',
    keys: ['MODE', 'LEVEL', 'LATER'],
    secret,
    env,
  })
  writeFileSync(file, JSON.stringify({ ...reporter.report(), loadedAt: '2020-01-01T00:00:00Z' }))
  const args = ['--environment', `production=${deployment},${shared}`, '--reports', file, '--json']
  const { out } = await run(['drift', ...args])
  return (JSON.parse(out) as { drift: ConfigDrift }).drift
}

it('values of every earlier commit are known, through the file that hands them over', async () => {
  const right = await driftOf({ MODE: 'third', LEVEL: 'one', LATER: 'new' })
  expect(right.verdicts).toEqual([])
  for (const MODE of ['first', 'second']) {
    const { verdicts } = await driftOf({ MODE, LEVEL: 'one', LATER: 'new' })
    expect(verdicts.map((it) => `${it.verdict} ${it.key}`)).toEqual(['stale MODE'])
  }
  const { verdicts } = await driftOf({ MODE: 'fourth', LEVEL: 'one', LATER: 'new' })
  expect(verdicts.map((it) => `${it.verdict} ${it.key}`)).toEqual(['overridden MODE'])
})

it('a process that is older than a key is stale, and does not run on a default', async () => {
  const { verdicts } = await driftOf({ MODE: 'third', LEVEL: 'one' })
  expect(verdicts.map((it) => `${it.verdict} ${it.key}`)).toEqual(['stale LATER'])
  expect(verdicts[0]!.older).toMatchObject({ fingerprint: null })
})

it('what is changed and not committed counts: the last commit is then an older state', async () => {
  writeFileSync(shared, configMap({ MODE: 'fourth', LEVEL: 'one', LATER: 'new' }))
  const { verdicts } = await driftOf({ MODE: 'third', LEVEL: 'one', LATER: 'new' })
  expect(verdicts.map((it) => `${it.verdict} ${it.key}`)).toEqual(['stale MODE'])
})
