import { sampleQuantile } from '../../stats/quantile-interval.ts'
import type { BlindSpot } from '../verdict.ts'
import { count, duration, millis } from './numbers-in-words.ts'
import type { UnitTable } from './unit-table.ts'

const hostAlone: ReadonlySet<string> = new Set(['host.id', 'host.name'])
const numbers = new Intl.NumberFormat('en-US')

/** What the candidate's instances did before they were warm: how slow that was is told, and judged by nobody. */
export function warmUpSpots(table: UnitTable): BlindSpot[] {
  const { warmUp } = table
  if (warmUp === undefined) return []
  const cold: number[] = []
  const warm: number[] = []
  for (let row = 0; row < table.rows; row++) {
    if (table.candidate[row] === 1)
      (warmUp.rows[row] === 1 ? cold : warm).push(table.duration[row]!)
  }
  if (cold.length === 0) return []
  const whose =
    warmUp.by === null
      ? `the first ${duration(warmUp.seconds)} of a version`
      : `the first ${duration(warmUp.seconds)} of an instance`
  const others = warm.length === 0 ? '' : `, and ${millis(medianOf(warm))} afterwards`
  const unnamed =
    warmUp.by === null
      ? ' Instances cannot be told apart, so those that start later are allowed for only where the share of the traffic rises with them: send service.instance.id.'
      : hostAlone.has(warmUp.by)
        ? ` Instances are told apart by ${warmUp.by} alone: where several share a host, those that start later are not allowed for; send service.instance.id or process.pid.`
        : ''
  return [
    {
      kind: 'warm-up',
      subject: 'warm-up',
      title: `Not compared: how long requests take in ${whose} (${count(cold.length, 'request')} of the candidate's ${numbers.format(cold.length + warm.length)})`,
      detail: `Caches fill and code is compiled then. Their median was ${millis(medianOf(cold))}${others}. Failures in that time count.${unnamed}`,
    },
  ]
}

function medianOf(durations: readonly number[]): number {
  return sampleQuantile(Float64Array.from(durations).toSorted(), 0.5) ?? 0
}
