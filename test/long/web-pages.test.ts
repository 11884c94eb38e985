import { expect, it } from 'vitest'
import type { FixtureState } from '../../web/fixtures/fixture-server.ts'
import { holdFixture } from '../../web/fixtures/hold.ts'
import { ask, type PageHarness, text } from '../../web/fixtures/page-harness.ts'
import { proceedFixture } from '../../web/fixtures/proceed.ts'
import { rollbackFixture } from '../../web/fixtures/rollback.ts'
import { waitingFixture } from '../../web/fixtures/waiting.ts'
import { everyPage, whatIsWrong } from '../web/what-is-wrong.ts'
import { harnessOfFile } from '../web/harness-of-file.ts'

const checkout = '/releases/checkout-production-2.0.0'
const away = { code: 'ENGINE_UNAVAILABLE', message: 'The store is away.', hint: 'Wait.' }
const unavailable = { status: 503, body: { error: away } }
const everything = () => [waitingFixture(), holdFixture(), rollbackFixture(), proceedFixture()]

let harness: PageHarness
harnessOfFile((started) => {
  harness = started
})

it('asks every two seconds while watching, and seldom once it is done', async () => {
  const done = proceedFixture()
  done.verdict.phase = 'done'
  const { origin } = await harness.serve({ releases: [done, rollbackFixture()] })
  const rest = await harness.open(`${origin}/releases/payment-production-7.2.0`)
  const watch = await harness.open(origin + checkout)
  await rest.getByText('every requirement of the evidence plan is met').waitFor()
  await watch.waitForTimeout(4500)
  expect(harness.asked('/api/releases/payment-production-7.2.0')).toBe(1)
  expect(harness.asked(`/api${checkout}`)).toBeGreaterThanOrEqual(2)
  expect(harness.asked(`/api${checkout}`)).toBeLessThanOrEqual(4)
})

it('keeps what it knows while the server is away', async () => {
  const state: FixtureState = { releases: everything() }
  const server = await harness.serve(state)
  const page = await harness.open(server.origin + checkout)
  await page.locator('.finding').first().waitFor()
  const stale = page.getByText('Server not reachable. Shown: what it said at')
  expect(await stale.count()).toBe(0)
  await server.close()
  await stale.waitFor()
  expect(await page.locator('.finding').count()).toBe(3)
  await harness.serve(state, Number(new URL(server.origin).port))
  await stale.waitFor({ state: 'detached' })
  await expect.poll(() => text(page, '.freshness-age')).toMatch(/just now|[123] s ago/)
  harness.forgetFailedRequests()
})

it.each([
  ['an unknown release', '/releases/nowhere', undefined, 'There is no release “nowhere”.'],
  ['an unknown page', '/no/such/page', undefined, 'There is no such page.'],
  ['another document', checkout, { status: 200, body: { ok: true } }, 'does not understand'],
  ['a failed list', '/', unavailable, 'The store is away.'],
])('answers %s in words', async (_name, path, failure, words) => {
  const { origin } = await harness.serve({ releases: [], ...(failure && { failure }) })
  const page = await harness.open(origin + path)
  await page.getByText(words).waitFor()
  expect(await page.locator('.release, .releases').count()).toBe(0)
  harness.forgetFailedRequests()
})

it('says that it is loading', async () => {
  const gate = Promise.withResolvers<void>()
  const { origin } = await harness.serve({ releases: everything(), wait: gate.promise })
  const page = await harness.open(origin + checkout)
  const loading = page.getByText('Loading the verdict…')
  await loading.waitFor()
  gate.resolve()
  await page.locator('.finding').first().waitFor()
  expect(await loading.count()).toBe(0)
})

it.each([
  ['light', 390, 'rgb(246, 248, 246)'],
  ['dark', 320, 'rgb(15, 21, 19)'],
] as const)(
  'every page can be read in the %s theme, and fits a screen %i wide',
  async (colorScheme, width, paper) => {
    expect(await whatIsWrong(harness, everyPage, colorScheme, width)).toEqual([])
    const { origin } = await harness.serve({ releases: [] })
    const page = await harness.open(origin, { colorScheme })
    await page.locator('.beginning').waitFor()
    expect(await ask(page, 'poorContrast')).toEqual([])
    expect(await ask(page, 'paper')).toBe(paper)
  },
)

it('copies a trace id by keyboard', async () => {
  const { origin } = await harness.serve({ releases: everything() })
  const page = await harness.open(origin + checkout, {
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const id = 'c0ffee254729296a45a3885639ac7e10'
  await page.getByRole('button', { name: `Copy trace id ${id}` }).press('Enter')
  await page.getByText('copied').waitFor()
  expect(await ask(page, 'clipboard')).toBe(id)
})

it('stands still for those who asked for it', async () => {
  const { origin } = await harness.serve({ releases: everything() })
  const page = await harness.open(origin + checkout, { reducedMotion: 'reduce' })
  await page.locator('.gauge').first().waitFor()
  expect(await ask(page, 'moving')).toBe(false)
})
