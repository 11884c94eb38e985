import type { MutationProgress } from '../config/mutate/run-mutants.ts'
import { countOf } from '../config/report/finding-words.ts'
import { CompareProgressLine } from './compare-progress.ts'

const barWidth = 20

/** How far the mutants are, in one line of a terminal that is written over; nothing where there is no terminal. */
export class MutationProgressLine {
  readonly #line: CompareProgressLine

  constructor(write: ((text: string) => void) | null) {
    this.#line = new CompareProgressLine(write)
  }

  say(text: string): void {
    this.#line.say(text)
  }

  update({ done, planned, noticed, survived, secondsLeft }: MutationProgress): void {
    const full = planned === 0 ? barWidth : Math.floor((barWidth * done) / planned)
    const bar = `${'█'.repeat(full)}${'░'.repeat(barWidth - full)}`
    const left = secondsLeft === null || done === planned ? '' : `, ${leftWords(secondsLeft)}`
    this.#line.say(
      `${bar} ${done}/${planned}  ${noticed} noticed, ${countOf(survived, 'survivor')}${left}`,
    )
  }

  clear(): void {
    this.#line.clear()
  }
}

function leftWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s left`
  return `${Math.ceil(seconds / 60)} min left`
}
