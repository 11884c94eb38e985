/** What is likely to be reported is examined while others are still looked for and counted, where the source gains by that. */
import { cohortKey } from '../format-cohort.ts'
import type { CohortQuestion, CohortSource, ExaminedCohort } from './cohort-source.ts'

/** By `questionKey`. */
export type EarlyExamined = ReadonlyMap<string, ExaminedCohort>

/** Questions that are asked before it is known whether the cohort is confirmed. */
const mostEarly = 8

export function questionKey({ cohort, measure }: CohortQuestion): string {
  return `${measure} ${cohortKey(cohort)}`
}

/** Never fails: what is not known is asked when it is needed, and a failure is said then. */
export class EarlyExamination {
  readonly #source: CohortSource
  readonly #stop: AbortSignal | undefined
  readonly #answers: Promise<EarlyExamined>[] = []
  #left: number

  constructor(source: CohortSource, stop: AbortSignal | undefined) {
    this.#source = source
    this.#stop = stop
    this.#left = source.isScannedTogether === true ? mostEarly : 0
  }

  /** @param likely best first */
  ask(likely: readonly CohortQuestion[]): void {
    const asked = likely.slice(0, this.#left)
    if (asked.length === 0) return
    this.#left -= asked.length
    this.#answers.push(examined(this.#source, asked, this.#stop))
  }

  /** What has been asked until now. */
  async answers(): Promise<EarlyExamined> {
    const all = await Promise.all(this.#answers)
    return new Map(all.flatMap((some) => [...some]))
  }
}

async function examined(
  source: CohortSource,
  asked: readonly CohortQuestion[],
  stop: AbortSignal | undefined,
): Promise<EarlyExamined> {
  try {
    const answers = await source.examine(asked, stop)
    return new Map(answers.map((one, i) => [questionKey(asked[i]!), one]))
  } catch {
    return new Map()
  }
}
