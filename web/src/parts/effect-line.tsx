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

function describeInterval({ ratio, low, high, baseline }: Effect): string {
  const range =
    low !== null && high !== null
      ? `between ${formatRatio(low)} and ${formatRatio(high)}`
      : low !== null
        ? `at least ${formatRatio(low)}, no upper end yet`
        : high !== null
          ? `at most ${formatRatio(high)}, no lower end yet`
          : 'interval still open at both ends'
  const why = ratio === null && baseline === 0 ? 'zero before, so no ratio; ' : ''
  return `${why}${range}, at any time of looking`
}
