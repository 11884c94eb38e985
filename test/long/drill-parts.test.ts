/** Placebos and planted regressions of the parts of the evidence beside the service's own requests. */
import { expect, test, vi } from 'vitest'
import { renderSelfCheck } from '../../src/cli/render-self-check.ts'
import { drillService } from '../../src/releases/drill/drill-service.ts'
import {
  placeboKinds,
  type PlantedBug,
  type SelfCheckRun,
} from '../../src/releases/drill/self-check.ts'
import { selfCheckSpots } from '../../src/releases/drill/self-check-words.ts'
import { detectors } from '../../src/signals/detectors.ts'
import type { Store } from '../../src/store/store.ts'
import { storeOfFile } from '../judge/emptied-store.ts'
import { quietUntil, sendQuietPast } from '../judge/quiet-past.ts'

let store: Store
storeOfFile((opened) => {
  store = opened
})

async function drill(placebos: number, planted: number, bug?: PlantedBug): Promise<SelfCheckRun> {
  const request = { since: quietUntil - 86_400_000, placebos, planted, seed: 4 }
  return await drillService(
    { service: 'checkout', environment: '' },
    { ...request, ...(bug !== undefined && { bug }) },
    {
      store,
      ledger: { releases: async () => [] },
      pace: { everySeconds: 5, blockSeconds: 5, lagSeconds: 0 },
      detectors,
      now: quietUntil,
      origin: 'asked',
      slice: async () => {},
      onProgress: () => {},
    },
  )
}

test('placebos and planted regressions reach every part of the judge, and a spoiled one is caught in each', async () => {
  await sendQuietPast(store, { minutes: 22, requests: 4000 })
  vi.useRealTimers()
  await store.drained()
  const honest = await drill(10, 14)
  expect(honest.notCovered).toEqual([])
  expect(selfCheckSpots(honest, 'checkout')).toEqual([])
  expect(honest.placebos).toMatchObject({ runs: 10, alarms: 0 })
  expect(Object.keys(honest.placebos.kinds)).toEqual(placeboKinds)
  const { parts = [] } = honest.drills
  expect(parts.map(({ part, planted }) => [part, planted])).toEqual([
    ['edges', 2],
    ['metrics', 2],
    ['time', 2],
    ['late', 2],
  ])
  for (const { detectable, foundDetectable } of parts) {
    expect(detectable).toBeGreaterThanOrEqual(1)
    expect(foundDetectable).toBe(detectable)
  }
  const told = renderSelfCheck(
    { runs: [honest], skipped: [], complete: true },
    { colour: false, width: 110 },
  )
  expect(told).toContain('its edges, divided in either way: 0 of 7 ')
  expect(told).toMatch(/edges {4}the calls are no longer made +1\/1 \(1\) \d+ s/)
  expect(told).toMatch(/metrics {2}a gauge grows with the age of the process +1\/1/)

  const hasty = await drill(10, 0, 'alpha')
  for (const kind of ['edges', 'metrics', 'time', 'late'] as const) {
    expect([kind, hasty.placebos.kinds[kind]]).toMatchObject([kind, { tooMany: true }])
  }
  // several comparisons of one placebo are one false alarm
  expect(hasty.placebos.alarms).toBeLessThanOrEqual(hasty.placebos.runs)

  const deaf = await drill(0, 7, 'deaf')
  for (const { part, found, detectable } of deaf.drills.parts ?? []) {
    expect([part, found, detectable]).toEqual([part, 0, 1])
  }
  expect(deaf.drills.parts).toHaveLength(4)

  const counted = await drill(10, 0, 'units')
  for (const kind of ['edges', 'metrics', 'time', 'late'] as const) {
    expect([kind, counted.placebos.kinds[kind]]).toMatchObject([kind, { tooMany: true }])
  }
})
