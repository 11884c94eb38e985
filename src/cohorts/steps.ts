/** A calculation in parts, between which other work can be done. */
export type Steps<T> = Generator<void, T, void>

/** All parts one after the other. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
