import type { TraceSpan } from '../../../src/store/traces/trace.ts'

/** A span in its place in the waterfall. */
export interface ArrangedSpan {
  span: TraceSpan
  /** 0 for a root. */
  depth: number
  /** Its parent is named but not among the spans. */
  orphan: boolean
}

/**
 * Every span exactly once, each below its parent, siblings in the order of their start. Spans whose parent never arrived
 * stand at the top like roots; so does the first of spans that are each other's parents.
 */
export function arrangeSpans(spans: readonly TraceSpan[]): ArrangedSpan[] {
  const known = new Set(spans.map(({ spanId }) => spanId))
  const children = new Map<string, TraceSpan[]>()
  const roots: TraceSpan[] = []
  for (const span of spans) {
    const parent = span.parentSpanId
    if (parent === null || !known.has(parent)) roots.push(span)
    else {
      const siblings = children.get(parent)
      if (siblings === undefined) children.set(parent, [span])
      else siblings.push(span)
    }
  }
  const arranged: ArrangedSpan[] = []
  const seen = new Set<TraceSpan>()
  const place = (top: TraceSpan): void => {
    // a stack instead of recursion: a trace may be ten thousand spans deep
    const stack = [{ span: top, depth: 0 }]
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { span, depth } = next
      if (seen.has(span)) continue
      seen.add(span)
      const parent = span.parentSpanId
      arranged.push({ span, depth, orphan: parent !== null && !known.has(parent) })
      const below = (children.get(span.spanId) ?? []).toSorted((a, b) => b.offset - a.offset)
      for (const child of below) stack.push({ span: child, depth: depth + 1 })
    }
  }
  for (const root of roots.toSorted((a, b) => a.offset - b.offset)) place(root)
  for (const span of spans) if (!seen.has(span)) place(span)
  return arranged
}
