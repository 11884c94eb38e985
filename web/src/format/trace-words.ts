import type { Trace, TraceSpan } from '../../../src/store/traces/trace.ts'
import type { ArrangedSpan } from './arrange-spans.ts'
import { formatCountOf, formatMs } from './number.ts'

/** The span that the trace is about: its root, or the first one where the root never arrived. */
export function mainSpan(arranged: readonly ArrangedSpan[]): TraceSpan | undefined {
  return (arranged.find(({ span }) => span.parentSpanId === null) ?? arranged[0])?.span
}

/** What happened, as a sentence: `checkout: POST /orders failed after 182 ms.` */
export function traceSentence(trace: Trace, arranged: readonly ArrangedSpan[]): string {
  const main = mainSpan(arranged)
  if (main === undefined) {
    return `No span of this trace has arrived, only ${formatCountOf(trace.logs.length, 'log record')}.`
  }
  const subject = `${main.service ?? 'An unnamed service'}: ${main.name || '(no name)'}`
  const took = formatMs(main.duration)
  if (main.status === 'error') return `${subject} failed after ${took}.`
  const errors = trace.spans.filter(({ status }) => status === 'error').length
  if (errors === 0) return `${subject} took ${took}.`
  return `${subject} reported no error after ${took}, while ${formatCountOf(errors, 'span')} below failed.`
}

/** `12 spans of 4 services, 3 log records, 2 exemplars` */
export function traceExtent({ spans, logs, exemplars }: Trace): string {
  const services = new Set(spans.map(({ service }) => service)).size
  return [
    `${formatCountOf(spans.length, 'span')} of ${formatCountOf(services, 'service')}`,
    ...(logs.length > 0 ? [formatCountOf(logs.length, 'log record')] : []),
    ...(exemplars.length > 0 ? [formatCountOf(exemplars.length, 'exemplar')] : []),
  ].join(', ')
}

/** A value as text; the type of a number or a yes and no shows in how it is written. */
export function formatAttribute(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export const statusWord = { unset: '', ok: 'ok', error: 'error' } as const
