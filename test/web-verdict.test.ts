import { deepEqual } from 'node:assert/strict'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { FixtureRelease } from '../web/fixtures/fixture-release.ts'
import { minutesAgo } from '../web/fixtures/fixture-time.ts'
import { holdFixture } from '../web/fixtures/hold.ts'
import { incidentsFixture } from '../web/fixtures/incidents.ts'
import { PageHarness, ask, text } from '../web/fixtures/page-harness.ts'
import { proceedFixture } from '../web/fixtures/proceed.ts'
import { rollbackFixture } from '../web/fixtures/rollback.ts'

let harness: PageHarness

beforeAll(async () => {
  harness = await PageHarness.start()
})

afterEach(async () => deepEqual((await harness.tidy()).complaints, []))

afterAll(async () => harness?.stop())

async function openRelease(fixture: FixtureRelease) {
  const { origin } = await harness.serve({ releases: [fixture] })
  const page = await harness.open(`${origin}/releases/${fixture.verdict.release.id}`)
  await page.locator('#history').waitFor()
  return page
}

it('says what a hold takes: what keeps it from proceed, what only from done, and each by its name', async () => {
  const fixture = holdFixture()
  const { verdict, history } = fixture
  verdict.headline = 'Hold inventory 3.4.1: 2 claims are not proven yet. Furthest from proof: a.'
  const [requests, split] = verdict.evidencePlan
  Object.assign(requests!, { id: 'aa11', eta: minutesAgo(4) })
  Object.assign(split!, { id: 'bb22', onlyForDone: true, requirement: 'watched for 24 hours' })
  const [entry] = history
  fixture.history = Array.from({ length: 9 }, (_, index) => ({
    ...entry!,
    evaluatedAt: minutesAgo(9 - index),
    changed: ['new blind spot: a', 'b', 'c', 'd'],
  }))
  const page = await openRelease(fixture)
  expect(await text(page, 'h1')).toBe('Hold Hold inventory 3.4.1: 2 claims are not proven yet.')
  expect(await text(page, '.verdict-rest')).toBe('Furthest from proof: a.')
  const plan = await text(page, '#evidence-plan')
  expect(plan).toMatch(
    /Not excluded yet: a rise of the failure rate of checkout to 3\.2×\. Before it may proceed At least 2,000 requests on each side aa11 open, 16 %, was expected by \d\d:\d\d needs about/,
  )
  expect(plan).toContain('Before it is done watched for 24 hours open, 0 %, no telling when')
  expect(await text(page, '#compared')).toContain('app.plan = internal 2.1 % 61 % 1 billion')
  expect(await text(page, '#raw')).toContain('sign-off inventory-production-3.4.1 --accept ID,ID')
  expect(await text(page, '#configuration')).toContain('deploy/production.yaml:14, ')
  const told = await text(page, '#history')
  expect(told).toMatch(
    /\d\d:\d\d:\d\d Hold Hold: 318 .* No finding, watching\. new blind spot: a b c 1 more change/,
  )
  expect(told).toMatch(/3 earlier entries$/)
})

it('tells what the two sides of a finding are, and how good the judge is', async () => {
  const fixture = rollbackFixture()
  const [silent, slow] = fixture.verdict.findings
  silent!.comparison = 'before-after'
  slow!.kind = 'saturation'
  slow!.effect.unit = 'fraction'
  fixture.verdict.comparison.baselineKind = 'before-after'
  fixture.evidence.distributions = {}
  fixture.verdict.selfCheck = {
    at: fixture.verdict.evaluatedAt,
    placebos: { runs: 40, alarms: 1, interval: { low: 0.001, high: 0.13 }, promised: 0.01 },
    drills: { planted: 40, found: 9, smallestFound: 2, smallestCohort: 0.2, tooFew: true },
    curve: '/api/self-check?service=checkout',
  }
  const page = await openRelease(fixture)
  expect(await text(page, '#compared')).toMatch(
    /4,119 requests that met 2\.0\.0, .*, against what the service did before the release, .*\. Beside them, 16,212 requests met 1\.9\.0\./,
  )
  const card = await text(page, '#finding-f-orders-silent')
  expect(card).toContain('f-orders-silent')
  expect(card).toContain('Counted: 43 requests since the release began, 165 requests before it.')
  expect(card).toContain('before the release 0 %, 0 of 165 since it began 95.3 %, 41 of 43')
  expect(await text(page, '#finding-f-shipping-slow')).toContain('No distribution was kept')
  const told = await text(page, '#self-check')
  expect(told).toContain('This judge misses too much here.')
  expect(told).toContain(
    'The smallest one found was 2.0×, the smallest cohort 20 % of the requests.',
  )
  expect(told).toContain('false alarms in 0.1 % to 13 % (95 % interval). Promised: at most 1 %.')
})

it('names who signed off in the list, and lists incidents with what would end them', async () => {
  const fixture = holdFixture()
  const { release, evaluatedAt: at, headline } = fixture.verdict
  fixture.verdict.signOff = {
    standing: true,
    open: [],
    signOffs: [
      { releaseId: release.id, at, by: 'Ada L.', note: 'By hand.', accepted: [], headline },
    ],
  }
  const { origin } = await harness.serve({ releases: [fixture], incidents: incidentsFixture() })
  const page = await harness.open(origin)
  await page.locator('.release-row').waitFor()
  expect(await text(page, '.row-figures')).toContain('signed off by Ada L.')
  await page.getByRole('link', { name: 'Incidents' }).click()
  await page.locator('.incident-row').first().waitFor()
  const open = await text(page, '.incident-row')
  expect(open).toContain('Open not shown to be over search')
  expect(open).toContain('217 of 1,240 requests failed: 17.5 %, at least 15.4 % with 95 %')
  expect(open).toContain('aftergreen incident resolve incident-search-11aa20')
  const resolved = await text(page, '.incident-row >> nth=1')
  expect(resolved).toMatch(/^Resolved shown to be over checkout production .* over by \d\d:\d\d$/)
  expect(resolved).not.toContain('incident resolve')
  await page
    .getByRole('link', { name: /^Open trace 4bf9/ })
    .first()
    .click()
  await page.waitForURL('**/traces/4bf92f3577b34da6a3ce929d0e0e4736')
  await page.getByText('There is no trace').waitFor()
  expect((await ask(page, 'focus')).id).toBe('content')
  harness.forgetFailedRequests()
})

it('says who was compared where metrics alone tell the versions apart', async () => {
  const fixture = holdFixture()
  fixture.evidence.dashboard.baseline.requests = 0
  const told = await text(await openRelease(fixture), '#compared')
  expect(told).toMatch(
    /3\.4\.1 against 3\.4\.0 at the same time, as metrics count their requests: .*\. In traces: 318 requests of the one, 0 requests of the other\. 6\.1 % of the requests met the new version/,
  )
})

it('shows words before its scripts have come', async () => {
  const { origin } = await harness.serve({ releases: [] })
  const page = await harness.open(origin, { javaScriptEnabled: false })
  expect(await text(page, '#root')).toBe('Aftergreen Loading…')
})

it('says how often the judge was wrong on this past, and where', async () => {
  const fixture = proceedFixture()
  const { release } = fixture.verdict
  fixture.verdict.selfCheck = {
    at: fixture.verdict.evaluatedAt,
    placebos: { runs: 40, alarms: 6, tooMany: true },
    drills: {
      planted: 40,
      found: 25,
      smallestFound: 2,
      detectable: 20,
      foundDetectable: 20,
      medianSeconds: 1260,
    },
    curve: `/api/self-check?service=${release.service}`,
  }
  const cell = { planted: 2, detectable: 2, medianSeconds: 60 }
  const curve = [
    { kind: 'failures' as const, effect: 1, share: 1, found: 2, ...cell },
    { kind: 'failures' as const, effect: 0.05, share: 0.01, found: 0, ...cell },
    { kind: 'delay' as const, effect: 4, share: 0.2, found: 1, ...cell },
  ]
  const drills = { ...fixture.verdict.selfCheck.drills, curve, plants: [] }
  const { origin } = await harness.serve({
    releases: [fixture],
    selfChecks: [{ service: release.service, drills: { ...noDrills, ...drills } }],
  })
  const page = await harness.open(`${origin}/releases/${release.id}`)
  await page.locator('#self-check summary').click()
  const told = await text(page, '#self-check')
  expect(told).toContain('This judge alarms too often here.')
  expect(told).toContain('Found 25 of 40 planted regressions after 21 min.')
  expect(told).toContain('Of 20 that were large enough it found 20: it misses at most')
  expect(told).toContain('Raised an alarm in 6 of 40 placebo releases')
  const cells = await page.locator('#self-check td').allInnerTexts()
  expect(cells).toEqual(['–', '2 of 2', '0 of 2', '–', '1 of 2'])
  await page.setViewportSize({ width: 390, height: 900 })
  expect(await ask(page, 'sideways')).toBe(0)
})

const noDrills = {
  detectable: 0,
  foundDetectable: 0,
  interval: { low: 0, high: 1 },
  tooFew: false,
  smallestCohort: null,
  medianSeconds: null,
}
