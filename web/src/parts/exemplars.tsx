import { Link } from '@tanstack/react-router'
import { formatCountOf } from '../format/number.ts'
import { CopyButton } from './copy-button.tsx'

const shownAtOnce = 3

/** Traces that show it, each one click from its page and from the clipboard. @param version whose they are */
export function Exemplars({ traceIds, version }: { traceIds: string[]; version?: string }) {
  if (traceIds.length === 0) return <p className="quiet">No exemplar trace was kept.</p>
  const rest = traceIds.slice(shownAtOnce)
  return (
    <div className="exemplars">
      <p>Traces{version !== undefined && ` of ${version}`} that show it; click an id to copy it:</p>
      <TraceIds ids={traceIds.slice(0, shownAtOnce)} />
      {rest.length > 0 && (
        <details>
          <summary>{formatCountOf(rest.length, 'more trace')}</summary>
          <TraceIds ids={rest} />
        </details>
      )}
    </div>
  )
}

function TraceIds({ ids }: { ids: string[] }) {
  return (
    <ul className="trace-ids">
      {ids.map((id) => (
        <li key={id}>
          <CopyButton text={id} label={`Copy trace id ${id}`}>
            <code>{id}</code>
          </CopyButton>
          <Link to="/traces/$id" params={{ id }} aria-label={`Open trace ${id}`}>
            open
          </Link>
        </li>
      ))}
    </ul>
  )
}
