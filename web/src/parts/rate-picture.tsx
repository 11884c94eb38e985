import type { Distribution } from '../../../src/releases/verdict.ts'
import { formatCount, formatShare } from '../format/number.ts'
import { axisEnd } from '../picture/axis-end.ts'
import { sum } from '../picture/density.ts'
import type { Sides } from './picture.tsx'

/** Ends of the axis: the smallest that holds both shares. */
const ends = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]

/** Two shares as bars over one axis that begins at zero. */
export function RatePicture(props: { sides: Sides; measure: string; distribution: Distribution }) {
  const { sides, measure, distribution } = props
  const largest = Math.max(share(distribution.baseline), share(distribution.candidate))
  const end = ends.find((value) => value >= largest) ?? 1
  return (
    <figure className="picture">
      <figcaption className="rate-caption">
        {measure}, as a share of the requests counted
      </figcaption>
      <dl className="rates">
        {(['baseline', 'candidate'] as const).map((side) => (
          <Rate key={side} side={side} name={sides[side]} counts={distribution[side]} end={end} />
        ))}
      </dl>
      <div className="axis" aria-hidden="true">
        {[0, 0.5, 1].map((part) => (
          <span key={part} className={axisEnd(part)} style={{ left: `${part * 100}%` }}>
            {formatShare(part * end)}
          </span>
        ))}
      </div>
    </figure>
  )
}

function Rate(props: {
  side: 'baseline' | 'candidate'
  name: string
  counts: number[]
  end: number
}) {
  const { side, name, counts, end } = props
  const total = sum(counts)
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {total === 0
          ? 'no requests'
          : `${formatShare(share(counts))}, ${formatCount(counts[1] ?? 0)} of ${formatCount(total)}`}
        <span className="rate-bar" aria-hidden="true">
          <span className={`rate-${side}`} style={{ width: `${(share(counts) / end) * 100}%` }} />
        </span>
      </dd>
    </div>
  )
}

/** Of `[good, bad]`. */
function share(counts: number[]): number {
  const total = sum(counts)
  return total === 0 ? 0 : (counts[1] ?? 0) / total
}
