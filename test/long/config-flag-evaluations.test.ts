/** Evaluations of feature flags that the official SDK sends: stored, counted, and taken as evidence. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

import type { SeenEvaluations } from '../../src/config/flags/telemetry/seen-evaluations.ts'
import { runCommand } from '../cli/run-command.ts'
import { startServe, type Serving } from '../cli/start-serve.ts'

const folder = mkdtempSync(join(tmpdir(), 'aftergreen-flags-'))
const sender = join(import.meta.dirname, '..', 'otlp', 'flag-sender.ts')
const day = 86_400_000
let server: Serving

const ask = async (query: string): Promise<SeenEvaluations> =>
  (await (
    await fetch(`${server.url}/api/config/flag-evaluations?${query}`)
  ).json()) as SeenEvaluations

beforeAll(async () => {
  server = await startServe(join(folder, 'data'))
  for (const environment of ['production', 'staging']) {
    await promisify(execFile)(process.execPath, [sender], {
      env: {
        PATH: process.env['PATH'],
        OTEL_EXPORTER_OTLP_ENDPOINT: server.otlpUrl,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
        OTEL_LOGS_EXPORTER: 'otlp',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_SERVICE_NAME: 'checkout',
        OTEL_RESOURCE_ATTRIBUTES: `deployment.environment.name=${environment}`,
      },
    })
  }
  const deadline = Date.now() + 20_000
  // spans and logs are stored apart
  while ((await ask('since=9d')).evaluations.length < 12 && Date.now() < deadline) {
    await new Promise((done) => setTimeout(done, 100))
  }
}, 60_000)

afterAll(async () => {
  server.child.kill('SIGTERM')
  await server.ended
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

it('counts by flag, variant and environment, in log records and events of spans, of old and new names', async () => {
  const { evaluations, complete, since } = await ask('environment=production&since=7d')
  expect(complete).toBe(true)
  const rows = evaluations.map(({ flag, variant, environment, count, reasons, providers }) =>
    [flag, variant, environment, count, ...reasons, ...providers].join(' '),
  )
  expect(rows).toEqual([
    'mail-off  production 1 error flagd',
    'mail-off true production 1 targeting_match flagd',
    'new-checkout on production 2 targeting_match flagd',
    'old-words blue production 1 own',
    'pay-off false production 2 default',
    'pay-off true production 1 targeting_match flagd',
  ])
  const ago = (time: string): number => (Date.now() - Date.parse(time)) / day
  expect(ago(evaluations[2]!.firstSeen)).toBeCloseTo(5, 1)
  expect(ago(evaluations[2]!.lastSeen)).toBeCloseTo(0.1, 1)
  // nothing is known of the time before the first one of 8.5 days ago
  expect(ago((await ask('since=30d')).since)).toBeCloseTo(8.5, 1)
  expect(ago(since)).toBeGreaterThan(4.9)
  expect((await ask('since=9d')).evaluations).toHaveLength(12)
  const answer = await fetch(`${server.url}/api/config/flag-evaluations?since=tomorrow`)
  expect([answer.status, await answer.json()]).toMatchObject([
    400,
    { error: { code: 'INVALID_REQUEST' } },
  ])
})

it('is a witness of staleness, and that a kill switch was thrown', async () => {
  const old = new Date(Date.now() - 200 * day).toISOString()
  const flag = (type: string, variants: object): object => ({
    state: 'ENABLED',
    variants,
    defaultVariant: Object.keys(variants)[0],
    // so that it does not give everybody the same: only the second witness is at stake
    targeting: { if: [{ '==': [{ var: 'plan' }, 'x'] }, Object.keys(variants)[1]] },
    metadata: { type, createdAt: old },
  })
  const on = { on: true, off: false }
  const file = join(folder, 'flags.json')
  const flags = {
    'new-checkout': flag('release', on),
    forgotten: flag('release', on),
    'pay-off': flag('kill-switch', { true: true, false: false }),
    'mail-off': flag('kill-switch', { true: true, false: false }),
  }
  writeFileSync(file, JSON.stringify({ flags }))
  const run = async (...more: string[]) => {
    const args = [
      'config',
      'flags',
      folder,
      '--no-code',
      '--export',
      `production=${file}`,
      '--json',
    ]
    const { out, err } = await runCommand([...args, ...more])
    const { findings } = JSON.parse(out || `{"findings": []}`) as {
      findings: { rule: string; key: string; message: string }[]
    }
    const of = (rule: string): string[] =>
      findings.filter((it) => it.rule === `flag/${rule}`).map(({ key }) => key)
    return { of, err, findings }
  }
  const none = await run()
  expect(none.of('stale')).toEqual([])
  const seen = await run('--server', server.url, '--since', '30d')
  expect(seen.of('stale')).toEqual(['forgotten'])
  expect(seen.findings.find(({ rule }) => rule === 'flag/stale')?.message).toContain(
    'no evaluation of it was seen',
  )
  expect(seen.of('kill-switch-unexercised')).toEqual(['mail-off'])
  // five days of evidence are too little to say that nobody asks
  expect((await run('--server', server.url, '--since', '5d')).of('stale')).toEqual([])
  expect((await run('--server', server.url, '--evidence', file)).err).toContain('cannot be used')
})
