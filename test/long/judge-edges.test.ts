import { afterAll, beforeAll, expect, test } from 'vitest'
import { began, edgeRuns, type EdgeRuns } from '../judge/edge-runs.ts'
import type { EdgeFault } from '../judge/edge-traffic.ts'

let runs: EdgeRuns

beforeAll(async () => {
  runs = await edgeRuns()
})

afterAll(async () => {
  await runs.close()
})

const planted: [EdgeFault, number, 'rollback' | 'hold', string, RegExp][] = [
  [
    'caller-fails',
    0.5,
    'rollback',
    'failure-rate',
    /^storefront sees \d+ % of its calls to checkout \(POST \/orders\) fail with the candidate, /,
  ],
  [
    'refused',
    0.4,
    'rollback',
    'failure-rate',
    /^storefront gets no answer to \d+ % of its calls to checkout with the candidate, 0 % with the baseline/,
  ],
  [
    'call-missing',
    1,
    'hold',
    'missing-call',
    /^checkout makes no call to inventory \(GET \/stock\) in 100 % of the requests to POST \/orders with the candidate, 0 % .* If that is meant, a sign-off lets the release go on\.$/,
  ],
  [
    'call-missing',
    0.6,
    'hold',
    'missing-call',
    /^checkout makes no call to inventory \(GET \/stock\) in \d\d % of the requests to POST \/orders with the candidate, 0 %/,
  ],
  [
    'call-moved',
    1,
    'hold',
    'missing-call',
    / It calls warehouse \(GET \/stock\), which the baseline does not\.$/,
  ],
  [
    'call-repeated',
    0.8,
    'rollback',
    'repeated-calls',
    /^checkout calls inventory \(GET \/stock\) 4\.\d times in a request to POST \/orders with the candidate, once with the baseline/,
  ],
  [
    'user-waits',
    1,
    'rollback',
    'latency',
    /^storefront GET \/checkout, where the traces begin, takes (2\.9|3\.\d) times as long with the candidate/,
  ],
  [
    'no-refunds',
    1,
    'hold',
    'missing-traffic',
    /^POST \/refunds gets no request of the candidate, where about \d+ of \d+ requests would be expected: /,
  ],
]

test.each(planted)('%s in %d of the requests: %s', async (fault, faultShare, word, kind, title) => {
  const [verdict] = await runs.run({
    fault,
    faultShare,
    traces: fault === 'no-refunds' ? 1600 : 600,
  })
  expect(verdict!.findings[0]!.title).toMatch(title)
  expect(verdict!.findings[0]).toMatchObject({ kind })
  expect(verdict!.verdict).toBe(word)
})

test("what the service's own requests show is not found twice", async () => {
  const [verdict] = await runs.run({ fault: 'call-fails' })
  expect(verdict!.verdict).toBe('rollback')
  const [own] = verdict!.findings
  expect(own!.kind).toBe('silent-failure')
  const edges = verdict!.findings.filter(({ title }) => title.startsWith('Calls of checkout'))
  expect(edges.length).toBeGreaterThan(0)
  expect(own!.explains).toEqual(expect.arrayContaining(edges.map(({ id }) => id)))
})

test('what the service takes longer, its callers wait longer: one finding', async () => {
  const [verdict] = await runs.run({ fault: 'served-slowly', traces: 900, refunds: 0 })
  expect(verdict!.verdict).toBe('rollback')
  const { findings } = verdict!
  const waiting = findings.filter(({ title }) => title.startsWith('storefront waits for checkout'))
  expect(waiting).toHaveLength(1)
  const explained = new Set(findings.flatMap(({ explains }) => explains))
  const standing = findings.filter(({ id }) => !explained.has(id))
  expect(standing.map(({ title }) => title)).toEqual([
    expect.stringMatching(/^POST \/orders takes /),
  ])
})

test('without two versions at the same time: said among the blind spots', async () => {
  const [verdict] = await runs.run({ share: 1, traces: 100 })
  expect(verdict!.blindSpots.map(({ title }) => title)).toContain(
    'The edges around checkout were not compared',
  )
})

test('what had requests before the release and has none since: listed, and held', async () => {
  const before = { from: began - 600_000, seconds: 590, traces: 600, share: 0 }
  await runs.send({ ...before, environment: 'run-before' })
  const now = { share: 1, refunds: 0, traces: 600, environment: 'run-before' }
  const [verdict] = await runs.run(now)
  const found = verdict!.findings.filter(({ kind }) => kind === 'missing-traffic')
  expect(found).toMatchObject([
    { comparison: 'before-after', cohort: [{ attribute: 'operation', value: 'POST /refunds' }] },
  ])
  expect(found[0]!.title).toMatch(/^POST \/refunds gets no request since the release began, where /)
  expect(verdict!.verdict).toBe('hold')
})

const together = (isCandidate: boolean): number => (isCandidate ? 0.85 : 0.1)

test('two releases overlap, the fault is in the one further down: the other is not rolled back', async () => {
  const payment = { share: together, failing: 0.5 }
  const [checkout, other] = await runs.run({ payment, traces: 1000 }, ['payment'])
  expect(other).toMatchObject({ verdict: 'rollback', release: { service: 'payment' } })
  expect(other!.findings.every(({ attributedTo }) => attributedTo === undefined)).toBe(true)
  expect(checkout!.verdict).toBe('hold')
  expect(checkout!.findings[0]!.attributedTo).toMatchObject({
    release: 'rel_payment',
    version: '5.1.0',
    certainty: 'attributed',
  })
  expect(checkout!.headline).toMatch(
    /It belongs to payment 5\.1\.0: with the version of payment held fixed, checkout 2\.0\.0 has it [\d.]+ times \([\d.]+ to [\d.]+\) as often as the version before; with that of checkout held fixed, payment 5\.1\.0 has it /,
  )
})

test('… in the one further up: that one is rolled back', async () => {
  const payment = { share: together, failing: 0 }
  const [checkout, other] = await runs.run({ payment, fault: 'call-fails', traces: 1000 }, [
    'payment',
  ])
  expect(checkout!.verdict).toBe('rollback')
  expect(checkout!.findings.some(({ attributedTo }) => attributedTo !== undefined)).toBe(false)
  expect(other!.verdict).toBe('hold')
})

test('the same traces meet both new versions: nobody can tell, both are held', async () => {
  const payment = { share: Number, failing: 0.5 }
  const [checkout, other] = await runs.run({ payment, traces: 1000 }, ['payment'])
  for (const verdict of [checkout!, other!]) {
    expect(verdict.verdict).toBe('hold')
    expect(verdict.findings[0]!.attributedTo).toMatchObject({ certainty: 'confounded' })
    expect(verdict.headline).toContain(
      '100 % of the traces meet both new versions or both old ones, and too few meet one of each.',
    )
  }
})

test('requests that no longer lead to a service two calls away, by way of the caller: held', async () => {
  const [verdict] = await runs.run({ fault: 'never-shipped', faultShare: 0.5 })
  expect(verdict).toMatchObject({ verdict: 'hold', findings: [{ kind: 'missing-call' }] })
  expect(verdict!.headline).toMatch(
    /: \d\d % of the requests to POST \/orders lead to no request of shipping \(POST \/parcels\) with the candidate, 0 % with the baseline .* If that is meant, a sign-off lets the release go on\.$/,
  )
})
