import type { Store } from '../../../store/store.ts'
import type { Release } from '../../release.ts'
import type { BlindSpot, Comparison } from '../../verdict.ts'
import type { JudgeWindow } from '../judge-window.ts'
import { count, percent } from '../numbers-in-words.ts'
import type { UnitTable } from '../unit-table.ts'

/** Messages that one consumer has got of one version of the released service. */
export interface Fed {
  /** The consumer's service and operation. */
  service: string
  operation: string
  /** The version that consumed; empty where another service did. */
  consumer: string
  producer: string
  messages: number
}

const mostLines = 5
/** So many requests of an operation would have been expected of a side that had none. */
const expectedRequests = 20

/** Who consumes what the released service sends, by the version that sent it: by parent and child, in the window. */
export async function fedConsumers(
  store: Store,
  release: Release,
  window: JudgeWindow,
): Promise<Fed[]> {
  const versions = [release.version, release.baselineVersion ?? '']
  const relation = store.relation('traces')
  return await store.query<Fed>(
    `SELECT consumers.service AS service, consumers.operation AS operation,
       if(consumers.service = {service: String}, consumers.version, '') AS consumer,
       producers.version AS producer, count() AS messages
     FROM (
       SELECT service, name AS operation, service_version AS version, trace_id, parent_span_id AS sent_by
       FROM ${relation}
       WHERE environment = {environment: String} AND kind = 'consumer' AND parent_span_id != ''
         AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
         AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
     ) AS consumers
     INNER JOIN (
       SELECT trace_id, span_id AS sent_by, service_version AS version FROM ${relation}
       WHERE service = {service: String} AND environment = {environment: String}
         AND service_version IN {versions: Array(String)} AND kind = 'producer'
         AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
         AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
     ) AS producers USING (trace_id, sent_by)
     GROUP BY service, operation, consumer, producer
     ORDER BY messages DESC, service, operation, consumer, producer LIMIT 1000`,
    {
      service: release.service,
      environment: release.environment,
      versions,
      from: window.from,
      to: window.to,
    },
  )
}

/**
 * Paths on which the split of the traffic separates nothing: consumers that are fed by both versions, and operations that
 * only one side ever meets.
 */
export function splitSpots(
  release: Release,
  table: UnitTable,
  comparison: Comparison,
  fed: readonly Fed[],
): BlindSpot[] {
  if (comparison.baselineKind !== 'concurrent') return []
  return [...consumerSpots(release, fed), ...oneSided(table)]
}

function consumerSpots({ service, version }: Release, fed: readonly Fed[]): BlindSpot[] {
  const consumers = Map.groupBy(fed, (each) => `${each.service}\n${each.operation}`)
  const spots: BlindSpot[] = []
  for (const messages of consumers.values()) {
    const { service: consumer, operation } = messages[0]!
    const sum = (which: (each: Fed) => boolean): number =>
      messages.filter(which).reduce((total, each) => total + each.messages, 0)
    const own = sum(({ producer }) => producer === version)
    const other = sum(({ producer }) => producer !== version)
    const crossed = sum((each) => each.consumer !== '' && each.consumer !== each.producer)
    if (own === 0 || other === 0) continue
    if (consumer === service && crossed === 0) continue
    const name = consumer === service ? operation : `${consumer}, ${operation}`
    spots.push({
      kind: 'beyond-split',
      subject: `${consumer} ${operation}`,
      title: `${name} is fed by both versions: ${count(own, 'message')} of the candidate, ${other.toLocaleString('en-US')} of the baseline`,
      detail:
        consumer === service
          ? `${count(crossed, 'message')} of one version ${crossed === 1 ? 'was' : 'were'} consumed by the other, so a failure there may be the doing of either, and the comparison takes it for that of the version that consumed.`
          : `The split of the traffic ends at the queue: what a message of the candidate does to state that the consumer shares, such as the order or the load of the queue, shows for both versions alike.`,
    })
  }
  return capped(spots, 'more consumers are fed by both versions')
}

/** Operations of which one side ought to have had requests, by its share of the others, and had none. */
function oneSided(table: UnitTable): BlindSpot[] {
  const counts = table.operations.map(() => [0, 0] as [number, number])
  const total: [number, number] = [0, 0]
  for (let row = 0; row < table.rows; row++) {
    const side = table.candidate[row] as 0 | 1
    counts[table.operation[row]!]![side] += 1
    total[side] += 1
  }
  const all = total[0] + total[1]
  const spots = counts.flatMap(([baseline, candidate], index): BlindSpot[] => {
    const operation = table.operations[index]!
    const [seen, missing, lone] =
      candidate === 0
        ? ([baseline, total[1] / all, 'baseline'] as const)
        : ([candidate, total[0] / all, 'candidate'] as const)
    if (baseline > 0 && candidate > 0) return []
    if (seen * missing < expectedRequests) return []
    return [
      {
        kind: 'beyond-split',
        subject: operation,
        title: `${operation} is met by the ${lone} alone: ${count(seen, 'request')}, none of the other side`,
        detail: `The other side answers ${percent(missing)} of all requests, but none of these: they do not pass the split of the traffic, or one version has no such operation. Nothing about it was compared.`,
      },
    ]
  })
  return capped(spots, 'more operations are met by one side alone')
}

function capped(spots: BlindSpot[], rest: string): BlindSpot[] {
  const left = spots.length - mostLines
  if (left <= 0) return spots
  return [
    ...spots.slice(0, mostLines),
    { kind: 'beyond-split', subject: rest, title: `${left} ${rest}`, detail: '' },
  ]
}
