import { type Diagnosis, fine, wrong } from '../diagnosis.ts'
import type { Figures } from '../figures.ts'

/** Rows wait a second or two on their way; so many seconds mean that the engine does not take them. */
const tooLong = 60

/** Does what arrives get into the engine? */
export function spoolLag({ health: { spool } }: Figures): Diagnosis[] {
  if (spool.lag < tooLong)
    return [fine('spool', 'What arrives can be asked about within a minute.')]
  const since =
    spool.lag >= 7200
      ? `${Math.round(spool.lag / 3600)} hours`
      : `${Math.round(spool.lag / 60)} minutes`
  return [
    wrong(
      'spool',
      `${spool.files} files (${Math.ceil(spool.bytes / 1e6)} MB) wait in the spool, the oldest for ${since}.`,
      'Nothing is lost, but the latest rows cannot be asked about yet: see whether the engine runs and has room on its disk.',
    ),
  ]
}
