import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import { scanCohorts, scanResult } from '../search/scan-cohorts.ts'
import type { ScanSettings } from '../search/scan-contender.ts'
import { ContenderKeeper } from '../search/scan-keeper.ts'
import { rootNode } from '../search/scan-node.ts'
import { ScanRun, scanParts } from '../search/scan-plan.ts'
import { scanSpace } from '../search/scan-space.ts'
import { codedPopulation } from '../search/testing/coded-population.ts'
import { anyLeft, openOrders, shareDone, sharedScan, takeParts } from './shared-scan.ts'

const value = (attribute: number, code: number) => ({ attribute, first: code, last: code })

const { population, attributes } = codedPopulation({
  seed: 3,
  rows: 20_000,
  categories: [12, 3, 20, 6, 4, 9],
  numbers: [20, 30, 12],
  badShare: 0.3,
  candidateShare: 0.4,
  dependent: 0.5,
  goodWeight: 'mixed',
  faults: [
    { conditions: [value(1, 2), value(3, 1), value(4, 2)], badRate: 0.6 },
    { conditions: [value(0, 1), { attribute: 6, first: 4, last: 9 }], badRate: 0.5 },
  ],
})

test.each([
  ['share', 1],
  ['share', 2],
  ['volume', 3],
] as const)('however the parts of a %s are shared out (seed %i)', (kind, seed) => {
  const settings: ScanSettings = {
    kind,
    maxOrder: 3,
    minimumBad: 4,
    baseCost: kind === 'share' ? 3 : -6,
    restRatio: 1,
    root: true,
    excluded: [],
    keep: 20,
  }
  const wanted = scanCohorts(population, attributes, settings)
  expect(wanted.contenders.length).toBeGreaterThan(kind === 'share' ? 10 : 0)
  const space = scanSpace(population, attributes, settings, true)
  const scan = sharedScan(space, scanParts(space, rootNode(space)))
  expect([anyLeft(scan), shareDone(scan), [...openOrders(scan)]]).toEqual([true, 0, [1, 2, 3]])
  const random = createRandom(seed)
  const threads = [0, 1, 2].map(() =>
    takeParts(
      scan,
      ScanRun.of(space, () => false),
      () => false,
    ),
  )
  const keeper = new ContenderKeeper(space.keep)
  while (threads.length > 0) {
    const index = Math.floor(random.uniform() * threads.length)
    const step = threads[index]!.next()
    if (step.done !== true) continue
    for (const contender of step.value) keeper.add(contender)
    threads.splice(index, 1)
  }
  expect([anyLeft(scan), shareDone(scan), [...openOrders(scan)]]).toEqual([false, 1, []])
  const found = scanResult(space, keeper.list(), openOrders(scan))
  expect(JSON.stringify(found)).toBe(JSON.stringify(wanted))
})
