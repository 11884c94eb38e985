import type { TraceLog } from '../../../src/store/traces/trace.ts'
import { formatMs } from '../format/number.ts'
import { AttributeList } from './attribute-list.tsx'

/** Log records in the order they were written, each with its attributes folded below it. */
export function LogList({ logs }: { logs: readonly TraceLog[] }) {
  return (
    <ol className="trace-logs">
      {logs.map((log, index) => (
        <li key={`${log.time} ${index}`} className={log.severityNumber >= 17 ? 'is-error' : ''}>
          <p>
            <span className="quiet">{formatMs(log.offset)}</span>{' '}
            <strong>{log.severityText || log.eventName || 'log'}</strong>{' '}
            {log.body || log.eventName}
          </p>
          {Object.keys(log.attributes).length > 0 && (
            <details>
              <summary>Attributes</summary>
              <AttributeList attributes={log.attributes} />
            </details>
          )}
        </li>
      ))}
    </ol>
  )
}
