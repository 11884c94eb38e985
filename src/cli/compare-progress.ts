import type { CompareProgress } from '../cohorts/compare/comparison.ts'

const stages: Readonly<Record<CompareProgress['stage'], string>> = {
  reading: 'Reading the rows',
  searching: 'Searching',
  counting: 'Counting',
  explaining: 'Checking what was found',
}

/** How far a comparison is, in one line of a terminal that is written over; nothing where there is no terminal. */
export class CompareProgressLine {
  readonly #write: ((text: string) => void) | null
  #shown = ''

  constructor(write: ((text: string) => void) | null) {
    this.#write = write
  }

  update({ stage, done }: CompareProgress): void {
    const percent =
      stage === 'searching' || stage === 'counting' ? ` ${Math.floor(done * 100)} %` : ''
    this.say(`${stages[stage]}${percent} …`)
  }

  say(text: string): void {
    if (this.#write === null || text === this.#shown) return
    this.#shown = text
    this.#write(`\r\x1b[K${text}`)
  }

  clear(): void {
    if (this.#write === null || this.#shown === '') return
    this.#shown = ''
    this.#write('\r\x1b[K')
  }
}
