import { hostileFixture, hostileIncidents } from '../../web/fixtures/hostile.ts'
import { holdFixture } from '../../web/fixtures/hold.ts'
import { type PageHarness, ask, text } from '../../web/fixtures/page-harness.ts'
import { proceedFixture } from '../../web/fixtures/proceed.ts'
import { rollbackFixture } from '../../web/fixtures/rollback.ts'
import { hostileTrace, traceFixture } from '../../web/fixtures/trace.ts'
import { waitingFixture } from '../../web/fixtures/waiting.ts'

const releases = [
  waitingFixture(),
  holdFixture(),
  rollbackFixture(),
  proceedFixture(),
  hostileFixture(),
]
const traces = [traceFixture(), hostileTrace()]

/** The pages that show what a release brought along: names, links and text that are not to be trusted. */
export const hostilePages = [
  '/',
  '/incidents',
  `/releases/${encodeURIComponent(hostileFixture().verdict.release.id)}`,
  `/traces/${hostileTrace().traceId}`,
]

/** Every page over the fixtures. */
export const everyPage = [
  '/',
  '/incidents',
  ...releases.map(({ verdict }) => `/releases/${encodeURIComponent(verdict.release.id)}`),
  ...traces.map(({ traceId }) => `/traces/${traceId}`),
]

/**
 * Opens one page after the other with everything on it unfolded, and says what is wrong with them: contrast that cannot be
 * read, a check mark, a number or an object that is none, code or a link that a release brought along, something beyond a
 * screen of this width.
 */
export async function whatIsWrong(
  harness: PageHarness,
  pages: readonly string[],
  colorScheme: 'light' | 'dark',
  width: number,
): Promise<string[]> {
  const { origin } = await harness.serve({ releases, traces, incidents: hostileIncidents() })
  const page = await harness.open(origin, { colorScheme })
  const wrong: string[] = []
  for (const path of pages) {
    await page.goto(origin + path)
    await page.locator('.release-row, #history, .span-row').first().waitFor()
    for (const row of await page.locator('.span-row').all()) await row.click()
    await ask(page, 'unfold')
    const said = [...(await ask(page, 'poorContrast'))]
    const odd = /[\u2713\u2714\u2611\u2705]|NaN|undefined|\[object/.exec(await text(page, 'body'))
    if (odd !== null) said.push(odd[0])
    const brought = page.locator('main :is(script, img), a[href^="javascript"]')
    if ((await brought.count()) > 0) said.push('code of a release')
    const wide = page.viewportSize()!
    await page.setViewportSize({ width, height: 800 })
    const sideways = await ask(page, 'sideways')
    if (sideways !== 0) said.push(`${sideways} pixels beyond ${width}`)
    await page.setViewportSize(wide)
    wrong.push(...said.map((what) => `${path}: ${what}`))
  }
  return wrong
}
