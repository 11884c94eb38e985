import { expect, test } from 'vitest'
import { clopperPearson } from '../../stats/clopper-pearson.ts'
import { watchBlocks } from '../testing/look-at.ts'
import { syntheticUnits } from '../testing/synthetic-units.ts'
import { defaultPolicy } from './policy.ts'

test('60 healthy releases watched block by block: no alarm and no finding', () => {
  // 0 of 60 bounds the probability of an alarm at 6 % with 95 % confidence; the benchmark measures it closer
  const tables = 60
  // failures enough for chance to play with
  const failureRates = [0.05, 0.1, 0.2]
  let alarms = 0
  let findings = 0
  for (let seed = 1; seed <= tables; seed++) {
    const looks = watchBlocks(syntheticUnits({ seed, units: 1800, failureRates }), 7)
    if (looks.at(-1)!.state.alarmedAt !== null) alarms += 1
    for (const judgement of looks) findings += judgement.findings.length
  }
  const { low, high } = clopperPearson(alarms, tables, 0.95)
  expect(low).toBeLessThanOrEqual(defaultPolicy.alphaHarm)
  expect(high).toBeLessThan(0.06)
  expect({ alarms, findings }).toEqual({ alarms: 0, findings: 0 })
}, 120_000)
