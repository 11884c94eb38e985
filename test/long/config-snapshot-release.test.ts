/** Snapshots of the configuration on releases: real files, the real command, server and engine. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { ConfigSnapshot } from '../../src/config/snapshot/config-snapshot.ts'
import type { Release } from '../../src/releases/release.ts'
import type { Verdict } from '../../src/releases/verdict.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { runCommand } from '../cli/run-command.ts'
import { startServe, type Serving } from '../cli/start-serve.ts'
import { baseline, candidate } from '../judge/released.ts'
import { watchedService } from '../judge/watched-service.ts'

const secret = 'a secret of these tests, longer than thirty-two bytes'
const folder = mkdtempSync(join(tmpdir(), 'aftergreen-snapshots-'))

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

const manifest = (processor: string, banner: string): string => `apiVersion: v1
kind: ConfigMap
metadata: {name: shared}
data: {PAYMENT_PROCESSOR: "${processor}"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: checkout}
spec:
  template:
    spec:
      containers:
        - name: checkout
          image: checkout
          env:
            - {name: BANNER, value: "${banner}"}
          envFrom:
            - configMapRef: {name: shared}
`

const config = (args: string[], key = secret) =>
  runCommand(
    ['config', 'snapshot', '--environment', `production=${join(folder, 'k.yaml')}`, ...args],
    { AFTERGREEN_CONFIG_KEY: key },
  )

async function taken(processor: string, banner = 'one', key = secret): Promise<ConfigSnapshot> {
  writeFileSync(join(folder, 'k.yaml'), manifest(processor, banner))
  const { out, code, err } = await config(['--no-code', '--path', folder], key)
  expect({ code, err }).toMatchObject({ code: 0 })
  return JSON.parse(out) as ConfigSnapshot
}

describe('a server', () => {
  let server: Serving
  const get = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${server.url}/api/${path}`)).json()) as T
  const start = async (version: string): Promise<string> => {
    const args = ['--service', 'checkout', '--version', version, '--environment', 'production']
    const { out } = await runCommand(['release', 'start', ...args, '--server', server.url])
    return out.trim()
  }
  const post = (id: string, body: string, type = 'application/json'): Promise<Response> =>
    fetch(`${server.url}/api/releases/${id}/config-snapshot`, {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    })

  beforeAll(async () => {
    server = await startServe(join(folder, 'data'), ['--judge-every', '1'])
  }, 60_000)
  afterAll(async () => {
    server.child.kill('SIGTERM')
    await server.ended
  })

  it('keeps what the command sends, compares it with the release before, and says what could not show', async () => {
    const before = join(folder, 'before.json')
    writeFileSync(before, JSON.stringify(await taken('kanarie-live')))
    const common = ['--service', 'checkout', '--environment', 'production', '--server', server.url]
    const began = ['release', 'start', ...common, '--version', '1.0.0']
    const first = await runCommand([...began, '--config-snapshot', before])
    expect(first.err).toContain('Configuration: What changed is not known.')
    const second = await start('2.0.0')
    writeFileSync(join(folder, 'k.yaml'), manifest('kanarie-sandbox', 'kanarie-two'))
    const to = ['--no-code', '--path', folder, '--service', 'checkout', '--server', server.url]
    const attached = await config(to)
    expect(attached.err).toBe('')
    expect(attached.out).toContain(`Attached to ${second}: 2 bindings, as fingerprints.`)
    expect(attached.out).toContain('1 of 2 changed inputs was canary-visible since checkout 1.0.0.')
    expect(attached.out).toMatch(/common-mode {5}PAYMENT_PROCESSOR of checkout, another value/)
    expect((await config(to)).out).toContain('Nothing added')

    const verdict = await until(
      () => get<Verdict>(`releases/${second}`),
      ({ configuration }) => configuration !== undefined,
    )
    expect(verdict.verdict).toBe('hold')
    expect(verdict.configuration).toMatchObject({
      comparedWith: { service: 'checkout', version: '1.0.0' },
      problem: null,
      changes: 2,
      changed: [
        { key: 'PAYMENT_PROCESSOR', component: 'checkout', class: 'common-mode', kind: 'value' },
        { key: 'BANNER', class: 'canary-visible', kind: 'value' },
      ],
    })
    expect(verdict.blindSpots).toContainEqual(
      expect.objectContaining({
        kind: 'common-mode',
        title: 'PAYMENT_PROCESSOR changed for canary and baseline alike',
        detail: expect.stringContaining('1 of 2 changed inputs was canary-visible.'),
      }),
    )
    const status = await runCommand(['release', 'status', second, '--server', server.url])
    expect(status.out).toContain('1 of 2 changed inputs was canary-visible since checkout 1.0.0.')
    // no value and no secret, on disk or in an answer
    const ledger = ['ledger.sqlite', 'ledger.sqlite-wal'].map((name) =>
      readFileSync(join(folder, 'data', name), 'latin1'),
    )
    for (const text of [...ledger, JSON.stringify(verdict), status.out]) {
      expect(text).not.toContain('kanarie')
      expect(text).not.toContain(secret)
    }
    expect(ledger.join('')).toContain('PAYMENT_PROCESSOR')
  }, 60_000)

  it('refuses what is no snapshot, or of another environment, and stores nothing of it', async () => {
    const id = await start('3.0.0')
    const snapshot = await taken('x')
    const code = async (response: Promise<Response>): Promise<unknown> => {
      const { status, ...answer } = await response.then(async (it) => ({
        status: it.status,
        ...((await it.json()) as { error: { code: string } }),
      }))
      return [status, answer.error.code]
    }
    const text = JSON.stringify(snapshot)
    expect(await code(post(id, '{'))).toEqual([400, 'CONFIG_SNAPSHOT'])
    expect(
      await code(post(id, text.replaceAll(/"fingerprint":"\w+"/g, '"fingerprint":"x"'))),
    ).toEqual([400, 'CONFIG_SNAPSHOT'])
    expect(await code(post(id, text, 'text/plain'))).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
    expect(await code(post('nowhere', text))).toEqual([404, 'RELEASE_NOT_FOUND'])
    expect(await code(post(id, ' '.repeat(8_400_000)))).toEqual([413, 'REQUEST_TOO_LARGE'])
    const other = JSON.stringify({ ...snapshot, environment: 'staging' })
    expect(await code(post(id, other))).toEqual([400, 'CONFIG_SNAPSHOT'])
    expect((await get<Verdict>(`releases/${id}`)).configuration).toBeUndefined()
    const wrong = ['--no-code', '--path', folder, '--server', server.url]
    expect((await config(wrong)).code).toBe(64)
    expect((await config([...wrong, '--service', 'cart'])).err).toContain(
      'No release of cart in production is being watched.',
    )
  }, 60_000)
})

describe('the judge', () => {
  let store: Store

  beforeAll(async () => {
    store = await openStore({ dataFolder: join(folder, 'store'), log: () => {} })
  }, 60_000)
  afterAll(() => store.close())

  it('holds a release whose shared configuration changed, and names the change before a finding', async () => {
    const watched = await watchedService(store)
    const [old, next] = [await taken('northpay-live'), await taken('northpay-sandbox')]
    const from = (version: string): Promise<Release> =>
      watched.service.start({ service: 'checkout', version, baselineVersion: '1.0.0' })
    const at = (snapshot: ConfigSnapshot): ConfigSnapshot => ({
      ...snapshot,
      takenAt: new Date().toISOString(),
    })
    // both of one release, where none before it has any
    const { id } = await from('2.0.0')
    await watched.service.attachSnapshot(id, at(old))
    await sleep(5)
    const { configuration } = await watched.service.attachSnapshot(id, at(next))
    expect(configuration).toMatchObject({
      sentence: '0 of 1 changed input was canary-visible',
      comparedWith: { releaseId: id },
    })
    watched.elapse(60)
    await watched.traffic(baseline)
    await watched.traffic(candidate)
    const held = await watched.verdict(id, ({ headline }) => headline.includes('PAYMENT_PROCESSOR'))
    expect(held).toMatchObject({
      verdict: 'hold',
      headline:
        'Hold checkout 2.0.0: PAYMENT_PROCESSOR changed for canary and baseline alike, so comparing them shows nothing.',
    })
    expect(held.findings).toEqual([])

    await watched.traffic({ ...candidate, swallowedPlan: 'business' })
    const faulty = await watched.verdict(id, ({ findings }) => findings.length > 0)
    expect(faulty.findings[0]!.precededBy).toEqual([
      {
        kind: 'config',
        key: 'PAYMENT_PROCESSOR',
        component: 'checkout',
        class: 'common-mode',
        at: expect.stringMatching(/Z$/),
      },
    ])
  }, 90_000)
})

async function until<T>(ask: () => Promise<T>, is: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const answer = await ask()
    if (is(answer)) return answer
    if (Date.now() > deadline) throw new Error(`not in time: ${JSON.stringify(answer)}`)
    await sleep(100)
  }
}
