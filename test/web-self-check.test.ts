import { deepEqual } from 'node:assert/strict'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PageHarness, ask, text } from '../web/fixtures/page-harness.ts'
import { proceedFixture } from '../web/fixtures/proceed.ts'

let harness: PageHarness

beforeAll(async () => {
  harness = await PageHarness.start()
})

afterAll(async () => harness?.stop())

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
  deepEqual((await harness.tidy()).complaints, [])
})

const noDrills = {
  detectable: 0,
  foundDetectable: 0,
  interval: { low: 0, high: 1 },
  tooFew: false,
  smallestCohort: null,
  medianSeconds: null,
}
