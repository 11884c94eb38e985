import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Trace } from '../../../src/store/traces/trace.ts'
import { tracePath, traceQuery } from '../api/queries.ts'
import { arrangeSpans } from '../format/arrange-spans.ts'
import { mainSpan, traceExtent, traceSentence } from '../format/trace-words.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { LogList } from '../parts/log-list.tsx'
import { Moment } from '../parts/moment.tsx'
import { Section } from '../parts/section.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { useNow } from '../parts/use-now.ts'
import { useSettledError } from '../parts/use-settled-error.ts'
import { Waterfall } from '../parts/waterfall.tsx'

/** One trace: what happened as a sentence, then the spans over time, then what else was said about it. */
export function TracePage({ id }: { id: string }) {
  const query = useQuery(traceQuery(id))
  const error = useSettledError(query)
  const trace = query.data
  if (trace !== undefined) return <TraceFound trace={trace} />
  return (
    <div className="measure notice-page">
      <title>Trace · Aftergreen</title>
      {error ? (
        <Trouble error={error} retry={query.refetch} />
      ) : (
        <p className="loading" role="status">
          Looking for the trace…
        </p>
      )}
    </div>
  )
}

function TraceFound({ trace }: { trace: Trace }) {
  const now = useNow()
  const arranged = useMemo(() => arrangeSpans(trace.spans), [trace])
  const shown = new Set(trace.spans.map(({ spanId }) => spanId))
  const others = trace.logs.filter(({ spanId }) => spanId === null || !shown.has(spanId))
  const sentence = traceSentence(trace, arranged)
  return (
    <article className="trace">
      <title>{`Trace: ${mainSpan(arranged)?.name ?? trace.traceId} · Aftergreen`}</title>
      <header className="trace-head measure">
        <h1 className={sentence.length > 120 ? 'is-long' : ''}>{sentence}</h1>
        <p>
          <Moment at={millisecondsOf(trace.startedAt)} now={now} as="clock" />,{' '}
          <Moment at={millisecondsOf(trace.startedAt)} now={now} as="ago" /> · {traceExtent(trace)}
        </p>
        <p className="trace-ids">
          <CopyButton text={trace.traceId} label={`Copy trace id ${trace.traceId}`}>
            <code>{trace.traceId}</code>
          </CopyButton>
        </p>
        {!trace.complete && (
          <p className="caution">There is more of this trace than is shown here.</p>
        )}
      </header>
      <div className="measure">
        {arranged.length > 0 && (
          <Section id="spans" title="Spans" note="Click a row, or press Enter, for what it said.">
            <Waterfall trace={trace} arranged={arranged} />
          </Section>
        )}
        {others.length > 0 && (
          <Section id="logs" title="Log records" note="Written in no span that is shown above.">
            <LogList logs={others} />
          </Section>
        )}
        {trace.exemplars.length > 0 && (
          <Section id="exemplars" title="Exemplars" note="Metrics that name this trace.">
            <ul className="trace-exemplars">
              {trace.exemplars.map(({ metric, unit, value, time }) => (
                <li key={`${metric} ${time} ${value}`}>
                  <code>{metric}</code> {value === null ? 'without a value' : `${value} ${unit}`}
                </li>
              ))}
            </ul>
          </Section>
        )}
        <Section id="raw" title="Raw evidence" note="Everything on this page, as JSON.">
          <p>
            <a href={tracePath(trace.traceId)}>The trace</a>
          </p>
        </Section>
      </div>
    </article>
  )
}

/** Browsers read times to the millisecond. */
const millisecondsOf = (time: string): string => time.replace(/(\.\d{3})\d+Z$/, '$1Z')
