import type { PointerEvent } from 'react'
import { useState } from 'react'
import type { Distribution, Effect } from '../../../src/releases/verdict.ts'
import { formatCount, formatMs, formatShare } from '../format/number.ts'
import { axisEnd } from '../picture/axis-end.ts'
import type { Bucket, DurationDensity } from '../picture/density.ts'
import { durationDensity, sum } from '../picture/density.ts'
import { logTicks } from '../picture/log-scale.ts'
import { steps } from '../picture/steps.ts'
import { BucketTable } from './bucket-table.tsx'
import type { Sides } from './picture.tsx'

/** Two histograms of durations over each other, as shares of their side on a log axis. */
export function DurationPicture(props: {
  sides: Sides
  effect: Effect
  distribution: Distribution
}) {
  const { sides, effect, distribution } = props
  const [pointed, setPointed] = useState<Bucket | null>(null)
  const density = durationDensity(distribution)
  if (density === null) return <p className="picture quiet">No duration was counted.</p>
  const totals = { baseline: sum(distribution.baseline), candidate: sum(distribution.candidate) }
  const bucket = pointed && density.buckets.find(({ from }) => from === pointed.from)

  const point = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    setPointed(bucketAt(density, (event.clientX - box.left) / box.width))
  }
  return (
    <figure className="picture">
      <figcaption>
        <ul className="legend">
          <li className="legend-baseline">
            {sides.baseline}, {formatCount(totals.baseline)}
          </li>
          <li className="legend-candidate">
            {sides.candidate}, {formatCount(totals.candidate)}
          </li>
        </ul>
      </figcaption>
      <div className="plot" onPointerMove={point} onPointerLeave={() => setPointed(null)}>
        <Curves density={density} label={describe(sides, effect)} />
        {bucket && <BucketBand density={density} bucket={bucket} />}
        <ValueMarks density={density} effect={effect} />
      </div>
      <Axis density={density} />
      <p className="readout">
        {bucket
          ? describeBucket(bucket, totals)
          : 'Share of requests by duration, log scale. Point at the picture for counts.'}
      </p>
      <BucketTable sides={sides} buckets={density.buckets} totals={totals} />
    </figure>
  )
}

function Curves({ density, label }: { density: DurationDensity; label: string }) {
  const candidate = steps(density, 'candidateDensity')
  const baseline = steps(density, 'baselineDensity')
  return (
    <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" aria-label={label}>
      <path className="area-baseline" d={baseline} />
      <path className="area-candidate" d={candidate} />
      <path className="line-baseline" d={baseline} />
      <path className="line-candidate" d={candidate} />
    </svg>
  )
}

function BucketBand({ density, bucket }: { density: DurationDensity; bucket: Bucket }) {
  const from = density.scale.at(bucket.drawnFrom) * 100
  const to = density.scale.at(bucket.drawnTo) * 100
  return <span className="bucket-band" style={{ left: `${from}%`, width: `${to - from}%` }} />
}

/** Where the two values of the effect lie, as lines through the picture. */
function ValueMarks({ density, effect }: { density: DurationDensity; effect: Effect }) {
  if (effect.unit !== 'ms') return null
  return (['baseline', 'candidate'] as const).map((side) => {
    const value = effect[side]
    if (value === null || value <= 0) return null
    return (
      <span
        key={side}
        className={`value-mark value-mark-${side}`}
        style={{ left: `${density.scale.at(value) * 100}%` }}
        aria-hidden="true"
      />
    )
  })
}

function Axis({ density: { scale } }: { density: DurationDensity }) {
  return (
    <div className="axis" aria-hidden="true">
      {logTicks(scale, 5).map((tick) => (
        <span
          key={tick}
          className={axisEnd(scale.at(tick))}
          style={{ left: `${scale.at(tick) * 100}%` }}
        >
          {formatMs(tick)}
        </span>
      ))}
    </div>
  )
}

function bucketAt({ buckets, scale }: DurationDensity, position: number): Bucket | null {
  return buckets.find(({ drawnTo }) => position <= scale.at(drawnTo)) ?? buckets.at(-1) ?? null
}

function describe(sides: Sides, { measure, baseline, candidate, unit }: Effect): string {
  const value = (side: number | null) =>
    side === null || unit !== 'ms' ? 'unknown' : formatMs(side)
  return `Distribution of durations. ${measure}: ${sides.baseline} ${value(baseline)}, ${sides.candidate} ${value(candidate)}. The counts are in the table below.`
}

function describeBucket(bucket: Bucket, totals: { baseline: number; candidate: number }): string {
  const part = (side: 'baseline' | 'candidate') =>
    `${formatCount(bucket[side])} of ${formatCount(totals[side])}${totals[side] === 0 ? '' : ` (${formatShare(bucket[side] / totals[side])})`}`
  return `${bucketRange(bucket)}: baseline ${part('baseline')}, candidate ${part('candidate')}`
}

/** `16 ms to 20 ms`, `above 1.2 s` */
export function bucketRange({ from, to }: { from: number; to: number | null }): string {
  return to === null ? `above ${formatMs(from)}` : `${formatMs(from)} to ${formatMs(to)}`
}
