import { type Diagnosis, fine, wrong } from '../diagnosis.ts'
import type { Figures } from '../figures.ts'

/** Was anything set aside that was acknowledged? */
export function spoolRejected({ health: { spool } }: Figures): Diagnosis[] {
  if (spool.rejectedFiles === 0)
    return [fine('rejected', 'Nothing that was received had to be set aside.')]
  const why = spool.lastRejection === '' ? '' : ` The last reason: ${spool.lastRejection}`
  return [
    wrong(
      'rejected',
      `${spool.rejectedFiles} files (${Math.ceil(spool.rejectedBytes / 1e6)} MB) were set aside because the engine refuses them or they are damaged.${why}`,
      'Their rows are missing in every answer. Keep spool/rejected of the data folder for a report, then delete the files.',
    ),
  ]
}
