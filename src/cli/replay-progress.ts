import type { ReplayEvent } from '../releases/replay/replay.ts'
import { formatTime } from './format-value.ts'
import type { Terminal } from './terminal.ts'
import { cleanText } from './wrap-text.ts'

const often = 200
const seldom = 10_000

/** How far a replay is, on standard error: one line that is written over on a terminal, now and then a line elsewhere. */
export class ReplayProgress {
  readonly #terminal: Pick<Terminal, 'note'>
  readonly #live: boolean
  #looks = 0
  #last = performance.now()
  #shown = false

  constructor(terminal: Pick<Terminal, 'note'>, live: boolean) {
    this.#terminal = terminal
    this.#live = live
  }

  show(event: ReplayEvent): void {
    if ('plan' in event) {
      const { looks, everySeconds, from, until, widened } = event.plan
      this.#looks = looks
      const step = `${looks} look${looks === 1 ? '' : 's'}, every ${everySeconds} s`
      this.note(
        `Replaying ${formatTime(from)} to ${formatTime(until)}: ${step}${widened ? ', further apart than asked for, since the span is long' : ''}.`,
      )
    } else if ('change' in event) {
      const { evaluatedAt, headline } = event.change
      this.note(`${formatTime(evaluatedAt)}  ${headline}`)
    } else if (performance.now() - this.#last > (this.#live ? often : seldom)) {
      this.#last = performance.now()
      const line = `look ${event.progress.look} of ${this.#looks}: ${formatTime(event.progress.at)}`
      if (this.#live) process.stderr.write(`\r\u001b[K${line}`)
      else this.#terminal.note(line)
      this.#shown = this.#live
    }
  }

  note(line: string): void {
    this.clear()
    this.#terminal.note(cleanText(line))
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\u001b[K')
    this.#shown = false
  }
}
