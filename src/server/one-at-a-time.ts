import { AftergreenError } from '../errors.ts'

/** Work that takes the whole machine: one at a time, a few may wait. */
export class OneAtATime {
  readonly #mostWaiting: number
  readonly #work: string
  readonly #waiting: (() => void)[] = []
  #isBusy = false

  /** @param work what is done, in the plural, for the error */
  constructor(mostWaiting: number, work = 'comparisons') {
    this.#mostWaiting = mostWaiting
    this.#work = work
  }

  /**
   * Resolves when it is this caller's turn, with what must be called to let the next one in.
   * @throws COMPARE_BUSY when too many wait already; the reason of `signal`, when it is aborted while waiting
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#isBusy) {
      if (this.#waiting.length >= this.#mostWaiting) {
        throw new AftergreenError('COMPARE_BUSY', `Other ${this.#work} are running and waiting.`, {
          hint: 'Ask again in half a minute.',
        })
      }
      await this.#turn(signal)
    }
    this.#isBusy = true
    let hasLeft = false
    return () => {
      if (hasLeft) return
      hasLeft = true
      const next = this.#waiting.shift()
      if (next === undefined) this.#isBusy = false
      else next()
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const admit = (): void => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(admit), 1)
        reject(signal.reason as Error)
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.push(admit)
    })
  }
}
