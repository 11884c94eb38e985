/** Questions that are being answered at the same time: more would take more memory than there may be. */
const maxRunning = 2

/**
 * What a look will ask the engine for, asked while the judge computes: in the order in which the answers are needed, two
 * readings at a time.
 */
export class ReadAhead {
  readonly #waiting: (() => void)[] = []
  #running = 0

  /** Reads once there is room, and what was begun before has begun to be read. */
  start<T>(read: () => Promise<T>): Promise<T> {
    const started = this.#turn().then(read)
    const end = (): void => {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
    // nobody may ask for it any more when it fails
    started.then(end, end)
    return started
  }

  async #turn(): Promise<void> {
    if (this.#running < maxRunning) this.#running += 1
    else await new Promise<void>((resolve) => void this.#waiting.push(resolve))
  }
}
