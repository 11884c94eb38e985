import type { KeyboardEvent } from 'react'
import { useState } from 'react'
import type { Trace } from '../../../src/store/traces/trace.ts'
import type { ArrangedSpan } from '../format/arrange-spans.ts'
import { formatCount, formatMs } from '../format/number.ts'
import { statusWord } from '../format/trace-words.ts'
import { SpanDetail } from './span-detail.tsx'

/** More rows than this are drawn when asked for: a trace may have ten thousand. */
const drawnAtOnce = 200
const deepest = 12

/**
 * The spans over time, each below the one that it belongs to. A row opens on click or Enter; the arrow keys, Home and End
 * go from row to row.
 */
export function Waterfall({ trace, arranged }: { trace: Trace; arranged: ArrangedSpan[] }) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const [drawn, setDrawn] = useState(drawnAtOnce)
  const [current, setCurrent] = useState(0)
  const startedAt = Date.parse(trace.startedAt)
  const toggle = (row: number) =>
    setOpen((before) => {
      const next = new Set(before)
      if (!next.delete(row)) next.add(row)
      return next
    })
  return (
    <>
      <ol className="waterfall" onKeyDown={moveFocus}>
        {arranged.slice(0, drawn).map(({ span, depth, orphan }, row) => {
          const id = `span-${row}`
          return (
            <li key={id} className={span.status === 'error' ? 'is-error' : ''}>
              <button
                type="button"
                className="span-row"
                aria-expanded={open.has(row)}
                aria-controls={id}
                tabIndex={row === current ? 0 : -1}
                onFocus={() => setCurrent(row)}
                onClick={() => toggle(row)}
              >
                <span
                  className="span-name"
                  style={{ paddingInlineStart: `${Math.min(depth, deepest) * 0.9}rem` }}
                >
                  <span className="span-title">{span.name || '(no name)'}</span>{' '}
                  <span className="span-service">{span.service ?? '(no service)'}</span>
                </span>
                <span className="span-bar" aria-hidden="true">
                  <span style={barStyle(span, trace.duration)} />
                </span>
                <span className="span-duration">{formatMs(span.duration)}</span>{' '}
                <span className="span-status">{statusWord[span.status]}</span>
              </button>
              <div id={id} hidden={!open.has(row)}>
                {open.has(row) && (
                  <SpanDetail
                    span={span}
                    orphan={orphan}
                    startedAt={startedAt}
                    logs={trace.logs.filter(({ spanId }) => spanId === span.spanId)}
                  />
                )}
              </div>
            </li>
          )
        })}
      </ol>
      {arranged.length > drawn && (
        <p>
          <button type="button" onClick={() => setDrawn(drawn + 5 * drawnAtOnce)}>
            Show more of the {formatCount(arranged.length)} spans
          </button>
        </p>
      )}
    </>
  )
}

/** Where the bar begins and how wide it is, in percent of the trace; inside it whatever the clocks said. */
function barStyle(span: { offset: number; duration: number }, total: number) {
  const share = (millis: number) =>
    total > 0 ? Math.min(Math.max((millis / total) * 100, 0), 100) : 0
  const left = Math.min(share(span.offset), 99.5)
  return {
    left: `${left}%`,
    width: `${Math.min(Math.max(share(span.duration), 0.5), 100 - left)}%`,
  }
}

const steps: Record<string, (row: number, rows: number) => number> = {
  ArrowDown: (row) => row + 1,
  ArrowUp: (row) => row - 1,
  Home: () => 0,
  End: (_, rows) => rows - 1,
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = steps[event.key]
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('.span-row')]
  const row = rows.findIndex((element) => element === document.activeElement)
  if (step === undefined || row < 0) return
  event.preventDefault()
  rows[step(row, rows.length)]?.focus()
}
