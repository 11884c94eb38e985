import { expect, test } from 'vitest'

import { peekingReplay } from '../releases/simulator/peeking-replay.ts'
import { numbersOf, planRelease } from '../releases/simulator/plan-release.ts'
import { type ReleaseScore, scoreRelease } from '../releases/simulator/score-release.ts'
import { summarizeReleases } from '../releases/simulator/summarize-releases.ts'
import { renderReleaseDrill } from './render-release-drill.ts'

const seed = 3
const drilled = { seed, releases: 2, of: 2, complete: true, seconds: 9 }
const options = { colour: false, width: 100 }

function scored(kind: 'missing-call' | 'healthy'): ReleaseScore {
  const plan = planRelease(seed, numbersOf(seed, 1, [kind])[0]!)
  return scoreRelease(plan, plan.releases[0]!, peekingReplay(plan, plan.releases[0]!))
}

test('bars, kinds, and what was missed with the command that repeats it', () => {
  const miss = scored('missing-call')
  const text = renderReleaseDrill(drilled, summarizeReleases([miss, scored('healthy')]), options)
  expect(text).toContain(
    'BROKEN  Detectable faults found: 0 of 1, 0 % (95 % interval 0 % to 97.5 %)',
  )
  expect(text).toMatch(/^missing-call +1 +0 of 1 +0 +- +0 +- +- +- +- +-$/m)
  expect(text).toMatch(/^healthy +0 +- +- +- +- +- +- +1 +[01] +0$/m)
  expect(text).toContain('NOT among its blind spots.')
  expect(text).toContain(`aftergreen drill releases --seed ${seed} --only ${miss.number} --keep`)
  const told = { ...miss, listed: 'nobody looks there' }
  const better = renderReleaseDrill(drilled, summarizeReleases([told]), options)
  expect(better).toContain('Among its blind spots: nobody looks there.')
})

test('a drill that was not completed says so', () => {
  const text = renderReleaseDrill(
    { ...drilled, of: 200, complete: false },
    summarizeReleases([]),
    options,
  )
  expect(text).toContain('Not all were looked at: 200 were asked for.')
  expect(text).toContain('nothing to measure')
})
