import { Link } from '@tanstack/react-router'
import type { TraceLog, TraceSpan } from '../../../src/store/traces/trace.ts'
import { formatMs } from '../format/number.ts'
import { AttributeList } from './attribute-list.tsx'
import { LogList } from './log-list.tsx'

/** Everything that one span said: its status, attributes, events and links, and the log records written within it. */
export function SpanDetail(props: {
  span: TraceSpan
  orphan: boolean
  startedAt: number
  logs: readonly TraceLog[]
}) {
  const { span, orphan, startedAt, logs } = props
  return (
    <div className="span-detail">
      {span.statusMessage !== '' && <p className="span-status">{span.statusMessage}</p>}
      <p className="quiet">
        {[
          span.kind,
          span.serviceVersion === null ? '' : `version ${span.serviceVersion}`,
          span.environment ?? '',
          span.serviceInstance ?? '',
          span.scope === '' ? '' : `reported by ${span.scope}`,
          span.weight === 1 ? '' : `stands for ${Number(span.weight.toPrecision(3))} spans`,
          `span ${span.spanId}`,
        ]
          .filter((word) => word !== '')
          .join(' · ')}
      </p>
      {orphan && (
        <p className="quiet">The span that it belongs to ({span.parentSpanId}) has not arrived.</p>
      )}
      <h3>Attributes</h3>
      <AttributeList attributes={span.attributes} />
      {span.events.length > 0 && (
        <>
          <h3>Events</h3>
          <ol className="span-events">
            {span.events.map((event, index) => (
              <li key={`${event.time} ${index}`}>
                <p>
                  <span className="quiet">{formatMs(Date.parse(event.time) - startedAt)}</span>{' '}
                  <strong>{event.name}</strong>
                </p>
                <AttributeList attributes={event.attributes} />
              </li>
            ))}
          </ol>
        </>
      )}
      {logs.length > 0 && (
        <>
          <h3>Log records</h3>
          <LogList logs={logs} />
        </>
      )}
      {span.links.length > 0 && (
        <>
          <h3>Linked traces</h3>
          <ul>
            {span.links.map(({ traceId, spanId }, index) => (
              <li key={`${traceId} ${spanId} ${index}`}>
                <Link to="/traces/$id" params={{ id: traceId }}>
                  <code>{traceId}</code>
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
