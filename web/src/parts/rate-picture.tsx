import type { Distribution } from '../../../src/releases/verdict.ts'
import { formatCount, formatShare } from '../format/number.ts'
import { sum } from '../picture/density.ts'
import type { Sides } from './picture.tsx'

/** Two shares as bars from zero to one hundred percent. */
export function RatePicture(props: { sides: Sides; measure: string; distribution: Distribution }) {
  const { sides, measure, distribution } = props
  return (
    <figure className="picture">
      <figcaption className="rate-caption">
        {measure}, as a share of the requests counted
      </figcaption>
      <dl className="rates">
        {(['baseline', 'candidate'] as const).map((side) => (
          <Rate key={side} side={side} name={sides[side]} counts={distribution[side]} />
        ))}
      </dl>
      <div className="axis" aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
          <span key={tick} style={{ left: `${tick * 100}%` }}>
            {formatShare(tick)}
          </span>
        ))}
      </div>
    </figure>
  )
}

function Rate(props: { side: 'baseline' | 'candidate'; name: string; counts: number[] }) {
  const { side, name, counts } = props
  const total = sum(counts)
  const bad = counts[1] ?? 0
  const share = total === 0 ? 0 : bad / total
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {total === 0
          ? 'no requests'
          : `${formatShare(share)}, ${formatCount(bad)} of ${formatCount(total)}`}
        <span className="rate-bar" aria-hidden="true">
          <span className={`rate-${side}`} style={{ width: `${share * 100}%` }} />
        </span>
      </dd>
    </div>
  )
}
