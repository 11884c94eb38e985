import { signals } from '../../../signal.ts'
import { type Diagnosis, fine, unknown, wrong } from '../diagnosis.ts'
import type { Figures } from '../figures.ts'

/** A round is due every minute. */
const overdue = 15 * 60_000

/** Is telemetry kept as long as it should be, and no longer? */
export function retentionState({ at, health: { retention } }: Figures): Diagnosis[] {
  if (retention === undefined) return []
  const found: Diagnosis[] = []
  if (retention.problem !== '') {
    found.push(
      wrong(
        'retention',
        sentence(retention.problem),
        'Until that is mended, telemetry may be kept longer than it should be, and the disk may fill.',
      ),
    )
  }
  for (const signal of signals.filter((signal) => retention.shortened.includes(signal))) {
    const days = retention.days[signal]
    const meant = days === null ? 'for good' : `for ${Math.round(days)} days`
    const from = retention.oldest[signal]?.slice(0, 10) ?? 'today'
    found.push(
      wrong(
        'retention',
        `The disk budget shortens ${signal}: they should be kept ${meant} and are kept since ${from}.`,
        'A release can only be compared with what is still there. Raise AFTERGREEN_DISK_BUDGET, or lower AFTERGREEN_RETENTION to what fits.',
      ),
    )
  }
  if (found.length > 0) return found
  if (retention.lastRun === null) {
    return [unknown('retention', 'Retention has not run yet.', 'Ask again in a minute.')]
  }
  if (Date.parse(at) - Date.parse(retention.lastRun) > overdue) {
    return [
      wrong(
        'retention',
        `Retention last ran at ${retention.lastRun}.`,
        'It should run every minute: read the log of the server.',
      ),
    ]
  }
  return [fine('retention', 'Telemetry is kept as long as it should be.')]
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
