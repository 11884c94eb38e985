import type { Effect } from '../../../src/releases/verdict.ts'
import { formatRatio, formatValue } from '../format/number.ts'
import { EffectInterval } from './effect-interval.tsx'

/** `Median duration 6.1 ms → 25 ms, 4.1×, between 3.2× and 5.3×`, and the same as a bar. */
export function EffectLine({ effect }: { effect: Effect }) {
  const { measure, baseline, candidate, unit } = effect
  const value = (side: number | null) => (side === null ? 'none' : formatValue(side, unit))
  return (
    <div className="effect">
      <p className="effect-measure">{measure}</p>
      <p className="effect-values">
        <span>{value(baseline)}</span>
        <span className="effect-arrow" aria-label="to">
          →
        </span>
        <strong>{value(candidate)}</strong>
        {effect.ratio !== null && <span className="effect-ratio">{formatRatio(effect.ratio)}</span>}
      </p>
      <p className="effect-interval-words">{describeInterval(effect)}</p>
      <EffectInterval effect={effect} />
    </div>
  )
}

function describeInterval({ low, high, baseline }: Effect): string {
  const always = 'at any time of looking'
  if (low !== null && high !== null) {
    return `between ${formatRatio(low)} and ${formatRatio(high)}, ${always}`
  }
  if (low !== null) {
    return baseline === 0
      ? `at least ${formatRatio(low)}, no upper end because it was zero before; ${always}`
      : `at least ${formatRatio(low)}, no upper end yet; ${always}`
  }
  if (high !== null) return `at most ${formatRatio(high)}, no lower end yet; ${always}`
  return 'the interval is still open at both ends'
}
