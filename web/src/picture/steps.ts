import type { DurationDensity } from './density.ts'

/**
 * The outline of one side's steps as an SVG path in a box of 1000 by 1000. Each run of buckets that hold something rises
 * from the base line and returns to it; where a side has nothing, nothing is drawn.
 */
export function steps(
  { buckets, scale, peak }: DurationDensity,
  side: 'baselineDensity' | 'candidateDensity',
): string {
  const x = (value: number) => round(scale.at(value) * 1000)
  // the tallest step leaves a little air above it
  const y = (density: number) => round(1000 - (density / peak) * 940)
  return buckets
    .map((bucket, index) => {
      if (bucket[side] === 0) return ''
      const begins = (buckets[index - 1]?.[side] ?? 0) === 0
      const ends = (buckets[index + 1]?.[side] ?? 0) === 0
      const rise = begins ? `M${x(bucket.drawnFrom)} 1000` : ''
      return `${rise}V${y(bucket[side])}H${x(bucket.drawnTo)}${ends ? 'V1000' : ''}`
    })
    .join('')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
