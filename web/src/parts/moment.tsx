import { formatAgo, formatClock } from '../format/time.ts'

/** A point in time as people say it, with the exact one for machines and on hover. */
export function Moment({ at, now, as }: { at: string; now: number; as: 'ago' | 'clock' }) {
  return (
    <time dateTime={at} title={at}>
      {as === 'ago' ? formatAgo(Date.parse(at), now) : formatClock(at, now)}
    </time>
  )
}
