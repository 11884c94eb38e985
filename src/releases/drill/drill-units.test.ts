import { expect, test } from 'vitest'
import { defaultPolicy } from '../judge/policy.ts'
import { syntheticUnits, syntheticWindow } from '../testing/synthetic-units.ts'
import { type UnitDrill, unitPlacebo, unitPlant } from './drill-units.ts'
import type { PlaceboAlarm, PlantedBug } from './self-check.ts'
import { type DoneDrill, summarizeSelfCheck } from './summarize-self-check.ts'

const table = syntheticUnits({ seed: 3, units: 2400, failureRates: [0.01, 0.01, 0.02] })
const instances = table.traceIds.map((_, row) => `pod-${row % 3}`)
// few looks: these tests run every day
const cut = { table, instances, window: { ...syntheticWindow, blockMillis: 20_000, blocks: 4 } }
const drill = (bug?: PlantedBug): UnitDrill => ({
  service: 'checkout',
  policy: defaultPolicy,
  bug,
  slice: async () => {},
})

async function placebos(count: number, bug?: PlantedBug): Promise<DoneDrill> {
  const done = { placebos: { split: 0, instances: 0 }, alarmed: [] as PlaceboAlarm[], plants: [] }
  for (let i = 0; i < count; i++) {
    const { kind, candidateShare, alarmSeconds } = await unitPlacebo(cut, i, i + 1, drill(bug))
    done.placebos[kind] += 1
    if (alarmSeconds === null) continue
    const at = { placebo: i, from: '', to: '', seconds: alarmSeconds, claims: ['a claim'] }
    done.alarmed.push({ kind, candidateShare, ...at })
  }
  return done
}

test('the judge stays quiet where chance alone divides; spoiled, it is caught', async () => {
  const good = summarizeSelfCheck(await placebos(4), defaultPolicy)
  expect(good.placebos).toMatchObject({ runs: 4, alarms: 0, tooMany: false, claims: [] })
  expect(good.placebos.kinds).toMatchObject({ split: { runs: 2 }, instances: { runs: 2 } })
  const bad = summarizeSelfCheck(await placebos(3, 'units'), defaultPolicy)
  expect(bad.placebos).toMatchObject({ runs: 3, alarms: 3, tooMany: true })
  expect(bad.placebos.claims).toEqual([{ claim: 'a claim', alarms: 3 }])
})

test('what is large is found where it was planted, at a time; a deaf judge finds nothing', async () => {
  // the third effect is that every request of the cohort fails
  const large = await unitPlant(cut, 8, 1, drill())
  expect(large).toMatchObject({ share: 1, plant: { kind: 'failures', effect: 1, found: true } })
  expect(large!.plant.seconds).toBeLessThanOrEqual(80)
  const deaf = await unitPlant(cut, 8, 1, drill('deaf'))
  expect(deaf!.plant).toMatchObject({ found: false, seconds: null, ratio: large!.plant.ratio })
  // the same past and seed: the same plant
  expect(await unitPlant(cut, 8, 1, drill())).toEqual(large)

  const plants = Array.from({ length: 6 }, () => deaf!)
  const { drills } = summarizeSelfCheck({ placebos: {}, alarmed: [], plants }, defaultPolicy)
  expect(drills).toMatchObject({ planted: 6, detectable: 6, foundDetectable: 0, tooFew: true })
  expect(drills.curve).toEqual([
    {
      kind: 'failures',
      effect: 1,
      share: 1,
      planted: 6,
      found: 0,
      detectable: 6,
      medianSeconds: null,
    },
  ])
})
