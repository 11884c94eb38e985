import type { VerdictKind } from '../../../src/releases/verdict.ts'

/** A shape for each verdict, so that colour is never the only difference: onward, paused, back to the line. */
const shapes: Record<VerdictKind, string> = {
  proceed: 'M3 4l8 8-8 8V4zm10 0l8 8-8 8V4z',
  hold: 'M4 4h5.5v16H4zM14.5 4H20v16h-5.5z',
  rollback: 'M3 4h3.5v16H3zM21 4v16L8.5 12z',
}

export function VerdictMark({ verdict }: { verdict: VerdictKind }) {
  return (
    <svg className="verdict-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d={shapes[verdict]} fill="currentColor" />
    </svg>
  )
}
