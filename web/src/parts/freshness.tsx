import { formatAgo, formatClock } from '../format/time.ts'
import { ApiError } from '../api/api-error.ts'

/** How old the shown data is, and whether the server still answers. */
export function Freshness(props: { updatedAt: number; error: Error | null; now: number }) {
  const { updatedAt, error, now } = props
  return (
    <div className={error ? 'freshness is-stale' : 'freshness'}>
      <span className="freshness-age">updated {formatAgo(updatedAt, now)}</span>
      <span role="status">{error ? explain(error, updatedAt, now) : ''}</span>
    </div>
  )
}

function explain(error: Error, updatedAt: number, now: number): string {
  const clock = formatClock(new Date(updatedAt).toISOString(), now)
  return error instanceof ApiError && error.code === 'SERVER_UNREACHABLE'
    ? `Server not reachable. Shown: what it said at ${clock}.`
    : `${error.message} Shown: the answer of ${clock}.`
}
