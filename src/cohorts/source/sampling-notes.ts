import type { SamplingRates } from './sampling-rates.ts'
import type { ClassMeasure } from './sql-measures.ts'

/** A sentence for each measure of which not all rows of the discovery half are searched. */
export function samplingNotes(
  measures: readonly ClassMeasure[],
  { byMeasure }: SamplingRates,
  sizes: ArrayLike<number>,
): string[] {
  return measures.flatMap(({ name, kind, roles }, i) => {
    const parts: string[] = []
    for (const role of kind === 'volume' ? [1] : [1, 0]) {
      for (const side of [0, 1]) {
        let power = 0
        for (let code = side; code < sizes.length; code += 2)
          if (roles[code] === role && sizes[code]! > 0) power = byMeasure[i]![code]!
        if (power === 0) continue
        const kindOfRows = kind === 'volume' ? 'rows' : role === 1 ? 'bad rows' : 'other rows'
        parts.push(
          `one in ${2 ** power} ${kindOfRows} of the ${side === 1 ? 'candidate' : 'baseline'}`,
        )
      }
    }
    return parts.length === 0
      ? []
      : [
          `For ${name} the search looked at ${listed(parts)}; everything it suggests is counted over all rows.`,
        ]
  })
}

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
