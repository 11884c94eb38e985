import type { StartRelease } from '../../src/releases/release-service.ts'
import type { Scenario } from '../../src/cli/demo-scenario.ts'

/** How a scenario is played. */
export interface Story {
  /** Share of the sessions that the new version gets, 0 to 1. */
  share: number
  /** Instances of checkout: all of them should be about equally busy. */
  instances: { baseline: number; candidate: number }
  /** Requests that each instance answers beforehand, so that no version starts cold. */
  warmUp: number
  /** How long all customers meet the old version. */
  beforeSeconds: number
  /** How long both versions serve customers. */
  durationSeconds: number
  /** What is said of the release beside its versions. */
  announced: Pick<StartRelease, 'reason' | 'policy'>
}

const usual: Story = {
  share: 0.2,
  instances: { baseline: 4, candidate: 1 },
  warmUp: 400,
  beforeSeconds: 8,
  durationSeconds: 75,
  announced: { reason: 'feature' },
}

/**
 * What all versions do alike shows only beside the time before, so there has to be some; and beside instances that are hot,
 * every trace of a cold start shows.
 */
const long = { ...usual, warmUp: 1500, beforeSeconds: 60 }

const stories: Record<Scenario, Story> = {
  faulty: usual,
  healthy: usual,
  config: long,
  late: {
    share: 0.5,
    instances: { baseline: 4, candidate: 4 },
    warmUp: 1500,
    beforeSeconds: 40,
    // until the price list expires, and as long after it
    durationSeconds: 180,
    // an evidence plan of minutes, in place of a day
    announced: { reason: 'feature', policy: { soakHours: 3 / 60 } },
  },
  'fix-breaks-other': {
    ...usual,
    warmUp: 1500,
    beforeSeconds: 30,
    announced: { reason: 'incident-fix' },
  },
  'canary-1pct': { ...usual, share: 0.01 },
}

export const storyOf = (scenario: Scenario): Story => stories[scenario]
