import { deepEqual } from 'node:assert/strict'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { holdFixture } from '../../web/fixtures/hold.ts'
import { resolutionFixture } from '../../web/fixtures/incidents.ts'
import { PageHarness, ask, text } from '../../web/fixtures/page-harness.ts'
import { rollbackFixture } from '../../web/fixtures/rollback.ts'

let harness: PageHarness

beforeAll(async () => {
  harness = await PageHarness.start()
})

afterAll(async () => harness?.stop())

it('says whose finding it is, and leads to the verdict on that release', async () => {
  const fixture = rollbackFixture()
  fixture.verdict.findings[0]!.attributedTo = {
    release: 'rel_payment',
    service: 'payment',
    version: '5.1.0',
    certainty: 'attributed',
    reasoning: 'It belongs to payment 5.1.0: with the version of payment held fixed, …',
  }
  const { origin } = await harness.serve({ releases: [fixture] })
  const page = await harness.open(`${origin}/releases/checkout-production-2.0.0`)
  const card = page.locator('.finding').first()
  await card.waitFor()
  expect(await text(page, '.finding')).toContain(
    'It belongs to payment 5.1.0: with the version of payment held fixed, … The verdict on payment 5.1.0',
  )
  const link = card.getByRole('link', { name: 'The verdict on payment 5.1.0' })
  expect(await link.getAttribute('href')).toBe('/releases/rel_payment')
  await page.setViewportSize({ width: 390, height: 900 })
  expect(await ask(page, 'sideways')).toBe(0)
  deepEqual((await harness.tidy()).complaints, [])
})

it('names the incident that it is to fix, and says whether its requests show that it is over', async () => {
  const fixture = holdFixture()
  const { origin } = await harness.serve({ releases: [fixture] })
  const told = async (): Promise<string> => {
    const page = await harness.open(`${origin}/releases/${fixture.verdict.release.id}`)
    await page.locator('#incident .incident-state').waitFor()
    return await text(page, '#incident')
  }
  const early = await told()
  expect(early).toContain('It is to fix incident-inventory-5b7c02: requests where operation = ')
  expect(early).toMatch(
    /Not yet resolved .* 41 of 3\.4\.1 .* 1: 2\.44 %, against 17\.5 % .* 98 It counts as broken while 5\.13 % .* at most 5 %/,
  )
  expect(early).toContain('what fails under load only has had no chance to show')
  fixture.resolution = resolutionFixture('not-exercised')
  expect(await told()).toMatch(/Not exercised .* 0 of 3\.4\.1 .* 57 /)
  fixture.resolution = resolutionFixture('resolved')
  expect(await told()).toMatch(/Resolved .* none .* aftergreen incident resolve incident-inventory/)
  fixture.verdict.incident!.resolvedAt = fixture.verdict.evaluatedAt
  expect(await told()).toMatch(/Recorded as over at \d\d:\d\d/)
  delete fixture.verdict.incident
  const page = await harness.open(`${origin}/releases/${fixture.verdict.release.id}`)
  await page.getByText('It is started to fix an incident and names none').waitFor()
  deepEqual((await harness.tidy()).complaints, [])
})
