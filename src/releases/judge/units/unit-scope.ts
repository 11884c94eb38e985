import type { Store } from '../../../store/store.ts'
import { traceBuckets, traceHashOf } from '../../../store/tables/trace-bucket.ts'
import type { Release } from '../../release.ts'
import type { Stretch } from './time-chunks.ts'

/** Which spans are read: those of a release's versions, by SQL conditions with bound parameters. */
export interface UnitScope {
  store: Store
  release: Release
  /** In the order of their bytes. */
  versions: readonly string[]
  parameters: Record<string, unknown>
}

/** Bits of a trace's hash that a number holds exactly. */
const hashRange = 2 ** 53

const traceHash = traceHashOf('trace_id')
export const traceNumber = `toFloat64(${traceHash} % ${hashRange})`

export function unitScope(store: Store, release: Release, { from, to }: Stretch): UnitScope {
  const { service, environment, version, baselineVersion } = release
  const versions = [version, ...(baselineVersion === null ? [] : [baselineVersion])]
  return {
    store,
    release,
    versions: [...new Set(versions)].toSorted((a, b) =>
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
    ),
    parameters: {
      service,
      environment,
      versions,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    },
  }
}

/** Spans of the service in the window, whatever the version. */
export const ofService = `service = {service: String}
    AND environment = {environment: String}
    AND time >= parseDateTime64BestEffort({from: String}, 9, 'UTC')
    AND time < parseDateTime64BestEffort({to: String}, 9, 'UTC')`

/** … of the versions that are compared. */
export const inWindow = `${ofService} AND service_version IN {versions: Array(String)}`

export const isEntry = `kind IN ('server', 'consumer')`

/** A share of traces is a power of two, so that a smaller sample is a part of a larger one. */
export function sampleOf(oneOf: number): string {
  if (oneOf === 1) return '1'
  const buckets = Array.from({ length: traceBuckets }, (_, i) => i).filter((i) => i % oneOf === 0)
  const ofBuckets = `trace_bucket IN (${buckets.join(', ')})`
  return oneOf <= traceBuckets ? ofBuckets : `${ofBuckets} AND ${traceHash} % ${oneOf} = 0`
}

/** Neighbours are asked for as one. */
export function withinStretches(stretches: readonly Stretch[]): string {
  const joined: Stretch[] = []
  for (const { from, to } of stretches) {
    const last = joined.at(-1)
    if (last?.to === from) last.to = to
    else joined.push({ from, to })
  }
  const moment = (millis: number): string => `fromUnixTimestamp64Milli(toInt64(${millis}), 'UTC')`
  const parts = joined.map(({ from, to }) => `(time >= ${moment(from)} AND time < ${moment(to)})`)
  return parts.length === 0 ? '0' : `(${parts.join(' OR ')})`
}

/** The start of the stretch that a span lies in, among stretches that cover all of them. */
export const stretchStart = (stretches: readonly Stretch[]): string =>
  `roundDown(toUnixTimestamp64Milli(time), [${stretches.map(({ from }) => `toInt64(${from})`).join(', ')}])`
