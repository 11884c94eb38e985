import { setImmediate } from 'node:timers/promises'
import type { Steps } from '../../cohorts/steps.ts'

/** Lets whatever else is waiting go first before each part: questions are sent and answers taken meanwhile. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    await setImmediate()
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
