import { type Diagnosis, fine, wrong } from '../diagnosis.ts'
import type { Figures } from '../figures.ts'

/** The engine needs room to merge: below this share of the disk it may not have it. */
const tooLittle = 0.05

/** Is there room on the disk? */
export function diskSpace({ engine }: Figures): Diagnosis[] {
  if (engine === null || engine.disk.total === 0) return []
  const { total, free } = engine.disk
  const share = `${((free / total) * 100).toFixed(0)} %`
  if (free >= tooLittle * total) return [fine('disk', `${share} of the disk is free.`)]
  return [
    wrong(
      'disk',
      `Only ${share} (${(free / 1e9).toFixed(1)} GB) of the disk is free.`,
      'Free some space, or lower AFTERGREEN_DISK_BUDGET or AFTERGREEN_RETENTION: what is too much is then dropped within a minute.',
    ),
  ]
}
