import type { BlindSpot } from '../../verdict.ts'
import { count, duration } from '../numbers-in-words.ts'
import { hoursOfWeek } from './hours-of-week.ts'
import type { PlanLook } from './look-at-plan.ts'

const maxNames = 6

/** What the watch has not lived through: hours of the week, and work that runs at regular times. */
export function timeSpots(
  service: string,
  { week, jobs }: Pick<PlanLook, 'week' | 'jobs'>,
): BlindSpot[] {
  const waiting = jobs.filter(({ fired }) => !fired)
  return [hoursSpot(service, week), ...(waiting.length > 0 ? [jobsSpot(waiting)] : [])]
}

function hoursSpot(
  service: string,
  { withTraffic, lived, isWholeWeek }: PlanLook['week'],
): BlindSpot {
  const known = withTraffic > lived
  const title = known
    ? `${withTraffic - lived} of the ${withTraffic} hours of the week in which ${service} has traffic have not been lived through`
    : `${hoursOfWeek - lived} of the week's ${hoursOfWeek} hours have not been lived through`
  const why =
    known && !isWholeWeek
      ? ' Its past is shorter than a week, so the hours are those of the days that are known.'
      : ''
  return {
    kind: 'hours-not-seen',
    // the hours with traffic become known with time, and are the same blind spot
    subject: 'hours of the week',
    title,
    detail: `Faults of quiet or busy hours, and those that build up slowly, have had no chance to show there. An hour counts when half of it was watched.${why}`,
  }
}

function jobsSpot(waiting: PlanLook['jobs']): BlindSpot {
  const named = waiting
    .slice(0, maxNames)
    .map(({ operation, everyMinutes }) => `${operation} (every ${duration(everyMinutes * 60)})`)
  const rest = waiting.length - named.length
  const next = Math.min(...waiting.map(({ due }) => due))
  return {
    kind: 'scheduled-work',
    subject: 'scheduled work',
    title: `${count(waiting.length, 'scheduled job')} ${waiting.length === 1 ? 'has' : 'have'} not run in the new version yet: ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`,
    detail:
      'The past shows that they run at regular times. What they do in the new version was not seen.',
    needs: { until: new Date(next).toISOString() },
  }
}
