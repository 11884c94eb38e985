import { type Diagnosis, unknown } from '../diagnosis.ts'
import type { Figures } from '../figures.ts'

/** What could not be looked at is said, and never counts as fine. */
export function missingFigures({ missing }: Figures): Diagnosis[] {
  return missing.map(({ what, why }) =>
    unknown(
      'figures',
      `The ${what} could not be looked at: ${/[.!?]$/.test(why) ? why : `${why}.`}`,
      'Ask again when the engine answers.',
    ),
  )
}
