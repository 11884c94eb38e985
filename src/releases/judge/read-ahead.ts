/**
 * What a look will ask the engine for, asked while the judge computes: one question after the other, in the order in which
 * the answers are needed, so that no more memory is taken than by asking when they are.
 */
export class ReadAhead {
  #last: Promise<unknown> = Promise.resolve()

  /** Reads once everything that was begun before has been read, or has failed. */
  start<T>(read: () => Promise<T>): Promise<T> {
    const started = this.#last.then(read)
    // nobody may ask for it any more when it fails
    this.#last = started.catch(() => {})
    return started
  }
}
