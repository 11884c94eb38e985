import { describe, expect, it } from 'vitest'
import type { FixtureState } from '../web/fixtures/fixture-server.ts'
import { ask, type PageHarness, text } from '../web/fixtures/page-harness.ts'
import { rollbackFixture } from '../web/fixtures/rollback.ts'
import { traceFixture, traceFixtureId } from '../web/fixtures/trace.ts'
import { harnessOfFile } from './web/harness-of-file.ts'

const checkout = '/releases/checkout-production-2.0.0'

let harness: PageHarness
harnessOfFile((started) => {
  harness = started
})

describe('the page of a trace', () => {
  const address = `/traces/${traceFixtureId}`

  it('is one click from a finding, and says what happened', async () => {
    const { origin } = await harness.serve({
      releases: [rollbackFixture()],
      traces: [traceFixture()],
    })
    const page = await harness.open(origin + checkout)
    await page.getByRole('link', { name: `Open trace ${traceFixtureId}` }).click()
    await page.waitForURL(`**${address}`)
    await page.locator('.waterfall').waitFor()
    expect(await text(page, 'h1')).toBe(
      'checkout: POST /orders reported no error after 182 ms, while 1 span below failed.',
    )
    expect(await page.title()).toBe('Trace: POST /orders · Aftergreen')
    expect(await text(page, '.trace-head')).toContain('5 spans of 3 services, 2 log records')
    const rows = await page.locator('.span-row').allInnerTexts()
    expect(rows.map((row) => row.replaceAll(/\s+/g, ' ').trim())).toEqual([
      'POST /orders checkout 182 ms',
      'reserve inventory 30 ms',
      'UPDATE stock inventory 20 ms',
      'POST /charges checkout 120 ms error',
      'send receipt mail 10 ms',
    ])
    expect(await text(page, '#logs')).toContain('INFO order accepted')
    expect(await text(page, '#exemplars')).toContain('http.server.request.duration 0.1824 s')
    const json = page.getByRole('link', { name: 'The trace', exact: true })
    const answer = await page.request.get(origin + (await json.getAttribute('href')))
    expect(await answer.json()).toEqual(traceFixture())
  })

  it('opens what a span said, by keyboard alone', async () => {
    const { origin } = await harness.serve({ releases: [], traces: [traceFixture()] })
    const page = await harness.open(origin + address)
    await page.locator('.span-row').first().focus()
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter']) {
      await page.keyboard.press(key)
    }
    expect(await ask(page, 'focus')).toMatchObject({ text: 'POST /charge', outline: 'solid' })
    const detail = await text(page, '.span-detail')
    expect(detail).toContain('the card network did not answer client · version 2.0.0 · production')
    expect(detail).toContain(
      '150 ms exception exception.message no answer exception.type TimeoutError',
    )
    expect(detail).toContain('150 ms ERROR charge failed: no answer')
    await page.keyboard.press('Enter')
    expect(await page.locator('.span-detail').count()).toBe(0)
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    expect(await text(page, '.span-detail')).toContain('(lost) has not arrived')
    await page.keyboard.press('Home')
    await page.keyboard.press('Enter')
    expect(await text(page, '.span-detail')).toContain(
      'app.list ["a",1] app.member true app.plan business',
    )
    // one stop for the whole list: what follows is reached with one more
    await page.keyboard.press('Tab')
    expect(await ask(page, 'focus')).toMatchObject({ text: 'ffffffffffff' })
  })

  it('draws a long trace piece by piece', async () => {
    const trace = traceFixture()
    const spans = Array.from({ length: 450 }, (_, i) => ({
      ...trace.spans[0]!,
      spanId: String(i),
      offset: i,
    }))
    const { origin } = await harness.serve({ releases: [], traces: [{ ...trace, spans }] })
    const page = await harness.open(origin + address)
    const more = page.getByRole('button', { name: 'Show more of the 450 spans' })
    await more.waitFor()
    expect(await page.locator('.span-row').count()).toBe(200)
    await more.click()
    expect(await page.locator('.span-row').count()).toBe(450)
    expect(await more.count()).toBe(0)
  })

  it('waits for a trace that has not arrived, and says so', async () => {
    const gate = Promise.withResolvers<void>()
    const state: FixtureState = { releases: [], wait: gate.promise }
    const { origin } = await harness.serve(state)
    const page = await harness.open(origin + address)
    await page.getByText('Looking for the trace…').waitFor()
    gate.resolve()
    await page.getByText(`There is no trace ${traceFixtureId}.`).waitFor()
    expect(await text(page, '.trouble')).toContain('TRACE_NOT_FOUND')
    state.traces = [traceFixture()]
    await page.getByRole('button', { name: 'Try again now' }).click()
    await page.locator('.waterfall').waitFor()
    harness.forgetFailedRequests()
  })
})
