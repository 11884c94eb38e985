import { formatAgo, formatClock } from '../format/time.ts'

/** A point in time as people say it, with the exact one for machines and on hover. `second`: the clock to the second. */
export function Moment(props: { at: string; now: number; as: 'ago' | 'clock' | 'second' }) {
  const { at, now, as } = props
  return (
    <time dateTime={at} title={at}>
      {as === 'ago'
        ? formatAgo(Date.parse(at), now)
        : formatClock(at, now, as === 'second' ? 'second' : 'minute')}
    </time>
  )
}
