/**
 * Pictures of every page in every state: `node web/scripts/screenshots.ts FOLDER [name-part]`.
 * Files are called `<page>-<width>-<theme>.png`.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../fixtures/browser.ts'
import { builtPages } from '../fixtures/built-pages.ts'
import type { FixtureState } from '../fixtures/fixture-server.ts'
import { startFixtureServer } from '../fixtures/fixture-server.ts'
import { holdFixture } from '../fixtures/hold.ts'
import { incidentsFixture } from '../fixtures/incidents.ts'
import { proceedFixture } from '../fixtures/proceed.ts'
import { rollbackFixture } from '../fixtures/rollback.ts'
import { traceFixture, traceFixtureId } from '../fixtures/trace.ts'
import { waitingFixture } from '../fixtures/waiting.ts'

interface Scene {
  name: string
  path: string
  state: () => FixtureState
}

const releases = () => [waitingFixture(), holdFixture(), rollbackFixture(), proceedFixture()]

const scenes: Scene[] = [
  { name: 'list-full', path: '/', state: () => ({ releases: releases() }) },
  { name: 'list-empty', path: '/', state: () => ({ releases: [] }) },
  {
    name: 'list-loading',
    path: '/',
    state: () => ({ releases: [], wait: new Promise(() => {}) }),
  },
  {
    name: 'list-error',
    path: '/',
    state: () => ({
      releases: [],
      failure: {
        status: 503,
        body: {
          error: {
            code: 'ENGINE_UNAVAILABLE',
            message: 'The store does not answer.',
            hint: 'Look at the last lines of the server; “aftergreen doctor” says what is wrong.',
          },
        },
      },
    }),
  },
  ...releases().map(({ verdict }) => ({
    name: `release-${verdict.release.service}`,
    path: `/releases/${verdict.release.id}`,
    state: () => ({ releases: releases() }),
  })),
  {
    name: 'incidents-full',
    path: '/incidents',
    state: () => ({ releases: [], incidents: incidentsFixture() }),
  },
  { name: 'incidents-empty', path: '/incidents', state: () => ({ releases: [] }) },
  {
    name: 'trace',
    path: `/traces/${traceFixtureId}`,
    state: () => ({ releases: [], traces: [traceFixture()] }),
  },
  { name: 'release-missing', path: '/releases/nowhere', state: () => ({ releases: [] }) },
]

const [folder, part = ''] = process.argv.slice(2)
if (folder === undefined) {
  console.error('usage: node web/scripts/screenshots.ts FOLDER [part of a name]')
  process.exit(64)
}
await mkdir(folder, { recursive: true })
const dist = await builtPages()
const browser = await launchChromium()
try {
  for (const scene of scenes.filter(({ name }) => name.includes(part))) {
    await photograph(browser, scene, folder)
  }
} finally {
  await browser.close()
}

async function photograph(browser: Browser, scene: Scene, folder: string): Promise<void> {
  const server = await startFixtureServer(dist, scene.state())
  for (const width of [1440, 390]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({
        viewport: { width, height: 900 },
        colorScheme,
        deviceScaleFactor: width < 500 ? 2 : 1,
      })
      await page.goto(server.origin + scene.path)
      await page.locator('h1, .loading').first().waitFor()
      await page.waitForTimeout(800)
      const path = join(folder, `${scene.name}-${width}-${colorScheme}.png`)
      await page.screenshot({ path, fullPage: true })
      await page.close()
    }
  }
  await server.close()
}
