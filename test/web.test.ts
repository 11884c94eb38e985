import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../web/fixtures/browser.ts'
import { builtPages } from '../web/fixtures/built-pages.ts'
import { poorContrast } from '../web/fixtures/contrast.ts'
import type { FixtureServer, FixtureState } from '../web/fixtures/fixture-server.ts'
import { startFixtureServer } from '../web/fixtures/fixture-server.ts'
import { holdFixture } from '../web/fixtures/hold.ts'
import { hostileFixture } from '../web/fixtures/hostile.ts'
import { proceedFixture } from '../web/fixtures/proceed.ts'
import { rollbackFixture } from '../web/fixtures/rollback.ts'
import { waitingFixture } from '../web/fixtures/waiting.ts'

const checkout = '/releases/checkout-production-2.0.0'
const unavailable = {
  status: 503,
  body: { error: { code: 'ENGINE_UNAVAILABLE', message: 'The store is away.', hint: 'Wait.' } },
}

let dist: string
let browser: Browser
let closers: (() => Promise<void>)[] = []
/** What the browser complained about, and every address it asked for. */
let complaints: string[] = []
let addresses: string[] = []

beforeAll(async () => {
  dist = await builtPages()
  browser = await launchChromium()
})

afterAll(async () => browser?.close())

afterEach(async () => {
  for (const close of closers) await close()
  closers = []
  const origins = new Set(addresses.map((address) => new URL(address).hostname))
  expect([...origins]).toEqual(['127.0.0.1'])
  expect(complaints.splice(0)).toEqual([])
  addresses = []
})

const everything = () => [waitingFixture(), holdFixture(), rollbackFixture(), proceedFixture()]

async function serve(state: FixtureState, port = 0): Promise<FixtureServer> {
  const server = await startFixtureServer(dist, state, port)
  closers.push(() => server.close())
  return server
}

async function open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  closers.unshift(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => addresses.push(request.url()))
  await page.goto(url)
  return page
}

/** The text of a part of the page, with ordinary spaces only. */
async function text(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).first().innerText()).replaceAll(/\s+/g, ' ')
}

/** Chromium itself reports failed requests on the console: expected where the server fails on purpose. */
function forgetFailedRequests(): void {
  complaints = complaints.filter((complaint) => !complaint.includes('Failed to load resource'))
}

describe('the page of a release', () => {
  it('says the verdict, who was compared, and each finding with its evidence', async () => {
    const { origin } = await serve({ releases: everything() })
    const page = await open(origin + checkout)
    await page.locator('.finding').nth(2).waitFor()

    expect(await text(page, 'h1')).toMatch(/^Rollback Roll back checkout 2\.0\.0: orders with/)
    expect(await page.title()).toBe('Rollback: checkout 2.0.0 · Aftergreen')
    expect(await text(page, '.verdict-meaning')).toContain('The watch goes on')
    expect(await text(page, '.evidence-strip')).toContain('1 of 4 requirements')
    const compared = await text(page, '#compared')
    expect(compared).toContain(
      '4,119 requests that met 2.0.0, against 16,212 requests that met 1.9.0',
    )
    expect(compared).toContain('20.3 % of the units')
    expect(compared).toContain(
      '3,412 cohorts over 19 attributes in 5,204 units, looked at 48 times',
    )

    const slow = await text(page, '#finding-f-shipping-slow')
    expect(slow).toContain('app.locale = "pt-BR" 30 ≤ app.account.age_days < 60')
    expect(slow).toContain('6.2 ms → 25.4 ms 4.1× between 3.4× and 4.9×, at any time of looking')
    expect(slow).toContain('68 requests of 2.0.0, 271 requests of 1.9.0')
    expect(slow).toContain(
      '3.21 billion or more would be seen at any time with probability at most 1 in 3.21 billion',
    )
    expect(slow).toContain('Explains finding 3')
    const silent = await text(page, '#finding-f-orders-silent')
    expect(silent).toContain('zero before, so no ratio; at least 38×, no upper end yet')
    expect(silent).toContain('95.3 %, 41 of 43')

    expect(await text(page, '#dashboard')).toContain('Error rate 0.728 % 0.704 % −0.02 points')
    expect(await text(page, '#blind-spots')).toContain('14× or more (4 times out of 5)')
    expect(await text(page, '#evidence-plan')).toMatch(/open, 64 %, in 3[78] min at this rate/)
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
    const { origin } = await serve({ releases: everything() })
    const page = await open(origin + checkout)
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
    const { origin } = await serve(state)
    const page = await open(`${origin}/releases/inventory-production-3.4.1`)
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

  it('asks every two seconds while watching, and seldom once it is done', async () => {
    const done = proceedFixture()
    done.verdict.phase = 'done'
    const { origin } = await serve({ releases: [done, rollbackFixture()] })
    const rest = await open(`${origin}/releases/payment-production-7.2.0`)
    const watch = await open(origin + checkout)
    await rest.getByText('every requirement of the evidence plan is met').waitFor()
    await watch.waitForTimeout(4500)
    const asked = (part: string) => addresses.filter((address) => address.endsWith(part)).length
    expect(asked('/api/releases/payment-production-7.2.0')).toBe(1)
    expect(asked(`/api${checkout}`)).toBeGreaterThanOrEqual(3)
    expect(asked(`/api${checkout}`)).toBeLessThanOrEqual(4)
  })

  it('keeps what it knows while the server is away', async () => {
    const state: FixtureState = { releases: everything() }
    const server = await serve(state)
    const page = await open(server.origin + checkout)
    await page.locator('.finding').first().waitFor()
    const stale = page.getByText('Server not reachable. Shown: what it said at')
    expect(await stale.count()).toBe(0)
    await server.close()
    await stale.waitFor()
    expect(await page.locator('.finding').count()).toBe(3)
    await serve(state, Number(new URL(server.origin).port))
    await stale.waitFor({ state: 'detached' })
    await expect.poll(() => text(page, '.freshness-age')).toMatch(/just now|[123] s ago/)
    forgetFailedRequests()
  })

  it('shows a release before its first request', async () => {
    const { origin } = await serve({ releases: everything() })
    const page = await open(`${origin}/releases/search--0.1.0`)
    await page.getByText('Nothing yet: no request has met 0.1.0').waitFor()
    expect(await text(page, '#findings')).toContain('This is not a pass')
    await expect.poll(() => text(page, '#dashboard')).toContain('Error rate no data no data')
    expect(await text(page, '#compared')).not.toMatch(/NaN|null|undefined/)
  })
})

describe('the list', () => {
  it('leads to each release by keyboard alone', async () => {
    const { origin } = await serve({ releases: everything() })
    const page = await open(origin)
    await page.locator('.release-row').nth(3).waitFor()
    const row = await text(page, '.release-row >> nth=2')
    expect(row).toMatch(
      /Rollback watching checkout 1\.9\.0 → 2\.0\.0 production .* 3 findings started 24 min ago/,
    )
    const stops: string[] = []
    for (let stop = 0; stop < 6; stop++) {
      await page.keyboard.press('Tab')
      stops.push(await page.evaluate(() => document.activeElement?.textContent?.slice(0, 12) ?? ''))
      expect(
        await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle),
      ).toBe('solid')
    }
    expect(stops).toEqual([
      'Skip to the ',
      'Aftergreen',
      'Releases',
      'Hold: no req',
      'Hold: 318 re',
      'Roll back ch',
    ])
    await page.keyboard.press('Enter')
    await page.waitForURL(`**${checkout}`)
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('content')
    await page.locator('.finding').first().waitFor()
    await page.goBack()
    await page.locator('.release-row').first().waitFor()
  })

  it('explains how to begin, and shows the first release when it comes', async () => {
    const state: FixtureState = { releases: [] }
    const { origin } = await serve(state)
    const page = await open(origin)
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
    await page.reload()
    await page.locator('.release-row').waitFor()
  })
})

describe('trouble', () => {
  it('says what happened and what to do, and recovers by itself', async () => {
    const state: FixtureState = { releases: everything(), failure: unavailable }
    const { origin } = await serve(state)
    const page = await open(origin + checkout)
    await page.getByRole('alert').waitFor()
    expect(await text(page, '.trouble')).toBe(
      'The store is away. Wait. Try again now All releases ENGINE_UNAVAILABLE',
    )
    delete state.failure
    await page.locator('.finding').first().waitFor()
    forgetFailedRequests()
  })

  it.each([
    ['an unknown release', '/releases/nowhere', undefined, 'There is no release “nowhere”.'],
    ['an unknown page', '/no/such/page', undefined, 'There is no such page.'],
    ['another document', checkout, { status: 200, body: { ok: true } }, 'does not understand'],
    ['a failed list', '/', unavailable, 'The store is away.'],
  ])('answers %s in words', async (_name, path, failure, words) => {
    const { origin } = await serve({ releases: [], ...(failure && { failure }) })
    const page = await open(origin + path)
    await page.getByText(words).waitFor()
    forgetFailedRequests()
  })

  it('says that it is loading', async () => {
    const gate = Promise.withResolvers<void>()
    const { origin } = await serve({ releases: everything(), wait: gate.promise })
    const page = await open(origin + checkout)
    await page.getByText('Loading the verdict…').waitFor()
    gate.resolve()
    await page.locator('.finding').first().waitFor()
  })
})
