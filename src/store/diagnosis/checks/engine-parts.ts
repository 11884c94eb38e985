import { signals } from '../../../signal.ts'
import { type Diagnosis, fine, wrong } from '../diagnosis.ts'
import type { Figures } from '../figures.ts'

/** The engine delays inserts from 1000 parts of one day on; long before, questions become slow. */
const tooMany = 300

/** Do merges keep up with inserts? */
export function engineParts({ engine }: Figures): Diagnosis[] {
  if (engine === null) return []
  const crowded = signals.filter((signal) => engine.tables[signal].partsOfOneDay > tooMany)
  if (crowded.length === 0) return [fine('parts', 'Merges keep up with what is inserted.')]
  return crowded.map((signal) =>
    wrong(
      'parts',
      `One day of ${signal} lies in ${engine.tables[signal].partsOfOneDay} parts: merges do not keep up with what is inserted.`,
      'Give the engine more processor time or a faster disk, or spread the load over a cluster.',
    ),
  )
}
