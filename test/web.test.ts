import { describe, expect, it } from 'vitest'
import type { FixtureState } from '../web/fixtures/fixture-server.ts'
import { holdFixture } from '../web/fixtures/hold.ts'
import { ask, type PageHarness, text } from '../web/fixtures/page-harness.ts'
import { proceedFixture } from '../web/fixtures/proceed.ts'
import { rollbackFixture } from '../web/fixtures/rollback.ts'
import { waitingFixture } from '../web/fixtures/waiting.ts'
import { hostilePages, whatIsWrong } from './web/what-is-wrong.ts'
import { harnessOfFile } from './web/harness-of-file.ts'

const checkout = '/releases/checkout-production-2.0.0'
const away = { code: 'ENGINE_UNAVAILABLE', message: 'The store is away.', hint: 'Wait.' }
const unavailable = { status: 503, body: { error: away } }
const everything = () => [waitingFixture(), holdFixture(), rollbackFixture(), proceedFixture()]

let harness: PageHarness
harnessOfFile((started) => {
  harness = started
})

describe('the page of a release', () => {
  it('says the verdict, who was compared, and each finding with its evidence', async () => {
    const { origin } = await harness.serve({ releases: everything() })
    const page = await harness.open(origin + checkout)
    await page.locator('.finding').nth(1).waitFor()

    expect(await text(page, 'h1')).toMatch(/^Rollback Roll back checkout 2\.0\.0: orders with/)
    expect(await page.title()).toBe('Rollback: checkout 2.0.0 · Aftergreen')
    expect(await text(page, '.verdict-meaning')).toContain('The watch goes on')
    expect(await text(page, '.evidence-strip')).toContain('4 of 7 requirements')
    const compared = await text(page, '#compared')
    expect(compared).toContain(
      '4,119 requests that met 2.0.0, against 16,212 requests that met 1.9.0',
    )
    expect(compared).toContain('20.3 % of the units')
    expect(compared).toContain(
      '3,412 cohorts over 19 attributes in 20,331 units, looked at 48 times',
    )

    const slow = await text(page, '#finding-f-shipping-slow')
    expect(slow).toContain('app.locale = "pt-BR" 30 ≤ app.account.age_days < 60')
    expect(slow).toContain('6.2 ms → 25.4 ms 4.1× between 3.4× and 4.9×, at any time of looking')
    expect(slow).toContain('68 requests of 2.0.0, 271 requests of 1.9.0')
    expect(slow).toContain(
      '3.21 billion or more would be seen at any time with probability at most 1 in 3.21 billion',
    )
    expect(slow).toContain('Explains finding 3')
    expect(await page.locator('#finding-f-shipping-locale').isVisible()).toBe(false)
    await page.getByRole('link', { name: /^finding 3/ }).click()
    await page.locator('#finding-f-shipping-locale').getByText('Explained by').waitFor()
    expect(await text(page, '#finding-f-shipping-locale')).toContain('Explained by finding 2: GET')
    const silent = await text(page, '#finding-f-orders-silent')
    expect(silent).toContain(
      'at least 38×, no upper end because it was zero before; at any time of looking',
    )
    expect(silent).toContain('95.3 %, 41 of 43')

    expect(await text(page, '#dashboard')).toContain('Error rate 0.728 % 0.704 % −0.02 points')
    expect(await text(page, '#blind-spots')).toContain('14× or more (4 times out of 5)')
    expect(await text(page, '#evidence-plan')).toMatch(
      /watched for 24 hours open, 1 %, in 23 h 3\d min at this rate .* 4 requirements met$/,
    )
    expect(await text(page, '#self-check')).toContain(
      'No drill has been run yet: how often this judge misses is not measured.',
    )
    const words = await page.locator('.history-word').allInnerTexts()
    expect(words).toEqual(['Rollback', 'Rollback', 'Hold', 'Hold'])
    const json = await page.request.get(
      origin +
        (await page.getByRole('link', { name: 'The verdict', exact: true }).getAttribute('href')),
    )
    expect(await json.json()).toMatchObject({ verdict: 'rollback' })
  })

  it('draws both sides and gives the counts on pointing and as a table', async () => {
    const { origin } = await harness.serve({ releases: everything() })
    const page = await harness.open(origin + checkout)
    const card = page.locator('#finding-f-shipping-slow')
    const plot = card.locator('.plot')
    await plot.scrollIntoViewIfNeeded()
    expect(await card.locator('.line-baseline').getAttribute('d')).toMatch(/^M[\d.]+ 1000V/)
    expect(await card.locator('.line-candidate').getAttribute('d')).toMatch(/^M[\d.]+ 1000V/)
    expect(await text(page, '#finding-f-shipping-slow .legend')).toBe(
      '1.9.0 baseline, 271 2.0.0 candidate, 68',
    )
    const box = await plot.boundingBox()
    await plot.hover({ position: { x: (box?.width ?? 0) * 0.7, y: 20 } })
    await expect
      .poll(() => card.locator('.readout').innerText())
      .toMatch(/of 271.*candidate \d+ of 68/)

    await card.locator('summary', { hasText: 'Counts as a table' }).press('Enter')
    const cells = await card.locator('.counts tbody td:last-child').allInnerTexts()
    const total = cells.reduce((sum, cell) => sum + Number.parseInt(cell, 10), 0)
    expect(total).toBe(68)
  })

  it('follows the verdict by itself and says so', async () => {
    const state: FixtureState = { releases: [holdFixture()] }
    const { origin } = await harness.serve(state)
    const page = await harness.open(`${origin}/releases/inventory-production-3.4.1`)
    await page.getByText('This is not a pass').waitFor()
    expect(await text(page, '#compared')).toContain('the split is not the one intended')
    expect(await text(page, '#self-check')).toContain(
      '57 of 60 planted regressions: it misses at most 12.4 %',
    )
    const announcement = page.getByRole('status').filter({ hasText: 'The verdict changed' })
    expect(await announcement.count()).toBe(0)

    const next = rollbackFixture()
    next.verdict.release = { ...next.verdict.release, id: 'inventory-production-3.4.1' }
    state.releases = [next]
    await announcement.waitFor({ state: 'attached', timeout: 5000 })
    expect(await announcement.innerText()).toContain('Rollback. Roll back checkout')
    await page.locator('#finding-f-shipping-slow .plot').waitFor()
    await expect.poll(() => page.locator('.history-word').count()).toBe(4)
    expect(await page.title()).toContain('Rollback')
  })

  it('shows a release before its first request', async () => {
    const { origin } = await harness.serve({ releases: everything() })
    const page = await harness.open(`${origin}/releases/search--0.1.0`)
    await page.getByText('Nothing yet: no request has met 0.1.0').waitFor()
    expect(await text(page, '#findings')).toContain('This is not a pass')
    await expect.poll(() => text(page, '#dashboard')).toContain('Error rate no data no data')
    expect(await text(page, '#compared')).not.toMatch(/NaN|null|undefined/)
  })
})

describe('the list', () => {
  it('leads to each release by keyboard alone', async () => {
    const { origin } = await harness.serve({ releases: everything() })
    const page = await harness.open(origin)
    await page.locator('.release-row').nth(3).waitFor()
    const row = await text(page, '.release-row >> nth=2')
    expect(row).toMatch(
      /Rollback watching checkout 1\.9\.0 → 2\.0\.0 production .* 3 findings started 2\d min ago/,
    )
    const stops: string[] = []
    for (let stop = 0; stop < 7; stop++) {
      await page.keyboard.press('Tab')
      const { text, outline } = await ask(page, 'focus')
      stops.push(text)
      expect(outline).toBe('solid')
    }
    expect(stops.join('|')).toBe(
      'Skip to the |Aftergreen|Releases|Incidents|Hold: no req|Hold: 318 re|Roll back ch',
    )
    await page.keyboard.press('Enter')
    await page.waitForURL(`**${checkout}`)
    await expect.poll(() => ask(page, 'focus')).toMatchObject({ id: 'content' })
    await page.locator('.finding').first().waitFor()
    await page.goBack()
    await page.locator('.release-row').first().waitFor()
  })

  it('explains how to begin, and shows the first release when it comes', async () => {
    const state: FixtureState = { releases: [] }
    const { origin } = await harness.serve(state)
    const page = await harness.open(origin)
    await page.getByText('No release has been recorded yet').waitFor()
    const beginning = await text(page, '.beginning')
    for (const part of [
      'OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318',
      'OTEL_SERVICE_NAME=checkout',
      'OTEL_RESOURCE_ATTRIBUTES=service.version=2.0.0',
      'aftergreen release start --service checkout --version 2.0.0',
    ]) {
      expect(beginning).toContain(part)
    }
    state.releases = [holdFixture()]
    await page.locator('.release-row').waitFor({ timeout: 5000 })
  })
})

describe('trouble', () => {
  it('says what happened and what to do, and recovers by itself', async () => {
    const state: FixtureState = { releases: everything(), failure: unavailable }
    const { origin } = await harness.serve(state)
    const page = await harness.open(origin + checkout)
    await page.getByRole('alert').waitFor()
    expect(await text(page, '.trouble')).toBe(
      'The store is away. Wait. Try again now All releases ENGINE_UNAVAILABLE',
    )
    delete state.failure
    await page.locator('.finding').first().waitFor()
    harness.forgetFailedRequests()
  })
})

it('what a release brought along can be read, harms nothing, and fits a screen 390 wide', async () => {
  expect(await whatIsWrong(harness, hostilePages, 'light', 390)).toEqual([])
})
