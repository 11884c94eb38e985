import { setImmediate } from 'node:timers/promises'

/** A calculation in parts, between which other work can be done. */
export type Steps<T> = Generator<void, T, void>

/** All parts one after the other. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** Lets whatever else is waiting go first before each part: questions are sent and answers taken meanwhile. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    await setImmediate()
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
