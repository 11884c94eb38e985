import { deepEqual } from 'node:assert/strict'
import { afterAll, beforeAll, expect, it } from 'vitest'
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
