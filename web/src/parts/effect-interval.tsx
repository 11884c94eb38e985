import type { Effect } from '../../../src/releases/verdict.ts'
import { formatRatio } from '../format/number.ts'
import { logScale } from '../picture/log-scale.ts'

/** Below this share of the axis the labels of both ends would run into each other. */
const roomForTwo = 0.14

/** The interval of the ratio as a bar over a log axis, with the line of no change. The words above say the same. */
export function EffectInterval({ effect }: { effect: Effect }) {
  const { ratio, low, high } = effect
  const known = [ratio, low, high].filter((value) => value !== null).filter((value) => value > 0)
  if (known.length === 0) return null
  const smallest = Math.min(...known, 1)
  const largest = Math.max(...known, 1)
  // an open end needs room to be seen as one
  const scale = logScale(
    smallest / (low === null ? 2.5 : 1.4),
    largest * (high === null ? Math.max(2.5, (largest / smallest) ** 0.5) : 1.4),
  )
  const start = low ?? ratio ?? 1
  const end = high ?? ratio ?? low ?? 1
  const from = scale.at(start)
  const to = scale.at(end)
  return (
    <div className="interval" aria-hidden="true">
      <div className="interval-axis">
        <span className="interval-one" style={{ left: percent(scale.at(1)) }}>
          <span>1×, no change</span>
        </span>
        {low === null && (
          <span className="interval-open" style={{ left: 0, width: percent(from) }} />
        )}
        <span className="interval-bar" style={{ left: percent(from), width: percent(to - from) }} />
        {high === null && (
          <span className="interval-open" style={{ left: percent(to), width: percent(1 - to) }} />
        )}
        {ratio !== null && (
          <span className="interval-dot" style={{ left: percent(scale.at(ratio)) }} />
        )}
      </div>
      <div className="interval-labels">
        {low !== null && high !== null && to - from < roomForTwo ? (
          <span style={{ left: percent((from + to) / 2) }}>
            {formatRatio(low)} to {formatRatio(high)}
          </span>
        ) : (
          <>
            {low !== null && <span style={{ left: percent(from) }}>{formatRatio(low)}</span>}
            {high !== null && <span style={{ left: percent(to) }}>{formatRatio(high)}</span>}
          </>
        )}
        {high === null && <span className="interval-unknown">not known</span>}
      </div>
    </div>
  )
}

function percent(position: number): string {
  return `${(position * 100).toFixed(2)}%`
}
