import { deepEqual } from 'node:assert/strict'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { holdFixture } from '../web/fixtures/hold.ts'
import { PageHarness, ask, text } from '../web/fixtures/page-harness.ts'
import { rollbackFixture } from '../web/fixtures/rollback.ts'

let harness: PageHarness

beforeAll(async () => {
  harness = await PageHarness.start()
})

afterAll(async () => harness?.stop())

it('shows what changed of the configuration, and the change before a finding', async () => {
  const { origin } = await harness.serve({ releases: [holdFixture(), rollbackFixture()] })
  const page = await harness.open(`${origin}/releases/inventory-production-3.4.1`)
  const changed = await text(page, '#configuration')
  expect(changed).toContain('1 of 3 changed inputs was canary-visible since inventory 3.4.0 (')
  expect(changed).toContain('PAYMENT_PROCESSOR inventory another value common-mode Both sides')
  expect(changed).toContain('Of 2 inputs it is not known')
  // the same page names the incident that the release is to fix
  await page.locator('#incident .incident-state').waitFor()
  expect(await text(page, '#incident')).toMatch(
    /fix incident-inventory-5b7c02: requests where operation = .* Not yet resolved .* 41 of 3\.4\.1 /,
  )
  await page.setViewportSize({ width: 390, height: 900 })
  expect(await ask(page, 'sideways')).toBe(0)
  const other = await harness.open(`${origin}/releases/checkout-production-2.0.0`)
  await other.locator('.finding').first().waitFor()
  expect(await other.locator('#configuration').count()).toBe(0)
  expect(await text(other, '#finding-f-shipping-slow')).toContain(
    'After a change of SHIPPING_CACHE_SECONDS of checkout (canary-visible, ',
  )
  deepEqual((await harness.tidy()).complaints, [])
})

it('says who went on over a hold, and what they accepted unseen', async () => {
  const fixture = holdFixture()
  const [spot] = fixture.verdict.blindSpots
  spot!.id = '1f3a9c04'
  const { title } = spot!
  fixture.verdict.signOff = {
    standing: false,
    open: [{ id: 'b2', what: 'requirement', kind: 'evidence', title: 'Not proven: the split' }],
    signOffs: [
      {
        releaseId: fixture.verdict.release.id,
        at: fixture.verdict.evaluatedAt,
        by: 'Ada L.',
        note: 'Watched by hand.',
        accepted: [{ id: '1f3a9c04', what: 'blind-spot', kind: 'low-traffic', title }],
        headline: fixture.verdict.headline,
      },
    ],
  }
  const { origin } = await harness.serve({ releases: [fixture] })
  const page = await harness.open(`${origin}/releases/${fixture.verdict.release.id}`)
  await page.locator('#sign-off').waitFor()
  const told = await text(page, '#sign-off')
  expect(told).toContain('It does not cover this verdict.')
  expect(told).toContain('Ada L.')
  expect(told).toContain('Watched by hand.')
  expect(told).toContain(title)
  expect(told).toContain('1 reason for the hold that nobody has accepted:')
  expect(told).toContain('Not proven: the split')
  expect(await text(page, '#blind-spots')).toContain('1f3a9c04')
})
