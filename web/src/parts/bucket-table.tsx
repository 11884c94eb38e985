import { formatCount, formatMs, formatShare } from '../format/number.ts'
import type { Bucket } from '../picture/density.ts'
import type { Sides } from './picture.tsx'

/** The counts behind the picture, for those who cannot or will not read it. */
export function BucketTable(props: {
  sides: Sides
  buckets: readonly Bucket[]
  totals: { baseline: number; candidate: number }
}) {
  const { sides, buckets, totals } = props
  const cell = (bucket: Bucket, side: 'baseline' | 'candidate') =>
    totals[side] === 0
      ? formatCount(bucket[side])
      : `${formatCount(bucket[side])} (${formatShare(bucket[side] / totals[side])})`
  return (
    <details className="counts">
      <summary>Counts as a table</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Duration</th>
            <th scope="col">{sides.baseline}</th>
            <th scope="col">{sides.candidate}</th>
          </tr>
        </thead>
        <tbody>
          {buckets.map((bucket) => (
            <tr key={bucket.from}>
              <th scope="row">
                {bucket.to === null
                  ? `above ${formatMs(bucket.from)}`
                  : `up to ${formatMs(bucket.to)}`}
              </th>
              <td>{cell(bucket, 'baseline')}</td>
              <td>{cell(bucket, 'candidate')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
