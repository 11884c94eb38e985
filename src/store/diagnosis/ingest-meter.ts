import { AftergreenError, type ErrorCode } from '../../errors.ts'
import { type Signal, signals } from '../../signal.ts'
import type { IngestOutcome } from '../spool/spool.ts'

export interface SignalTraffic {
  requests: number
  /** Sent again although they were stored. */
  duplicates: number
  /** Records that could never be stored. */
  rejected: number
  /** Requests that were not taken, by the code of the error. */
  refused: Partial<Record<ErrorCode, number>>
}

export type TrafficHealth = Readonly<Record<Signal, SignalTraffic>>

const minute = 60_000
const minutes = 60

/** Counts the requests of the last hour, minute by minute. */
export class IngestMeter {
  readonly #now: () => number
  /** Oldest first, at most 60. */
  #buckets: { minute: number; traffic: Record<Signal, SignalTraffic> }[] = []

  /** @param now ms of a clock that is never set */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Counts what becomes of a request. */
  async watch(signal: Signal, request: () => Promise<IngestOutcome>): Promise<IngestOutcome> {
    const traffic = this.#current()[signal]
    traffic.requests++
    try {
      const answer = await request()
      if (answer.duplicate) traffic.duplicates++
      else traffic.rejected += answer.outcome.rejected
      return answer
    } catch (error) {
      const code = error instanceof AftergreenError ? error.code : 'INTERNAL'
      traffic.refused[code] = (traffic.refused[code] ?? 0) + 1
      throw error
    }
  }

  lastHour(): TrafficHealth {
    this.#forget()
    const sum = emptyTraffic()
    for (const { traffic } of this.#buckets) {
      for (const signal of signals) addTo(sum[signal], traffic[signal])
    }
    return sum
  }

  #current(): Record<Signal, SignalTraffic> {
    const now = Math.floor(this.#now() / minute)
    const last = this.#buckets.at(-1)
    if (last?.minute === now) return last.traffic
    const traffic = emptyTraffic()
    this.#buckets.push({ minute: now, traffic })
    this.#forget()
    return traffic
  }

  #forget(): void {
    const oldest = Math.floor(this.#now() / minute) - minutes
    this.#buckets = this.#buckets.filter((bucket) => bucket.minute > oldest)
  }
}

function addTo(sum: SignalTraffic, more: SignalTraffic): void {
  sum.requests += more.requests
  sum.duplicates += more.duplicates
  sum.rejected += more.rejected
  for (const [code, count] of Object.entries(more.refused) as [ErrorCode, number][]) {
    sum.refused[code] = (sum.refused[code] ?? 0) + count
  }
}

function emptyTraffic(): Record<Signal, SignalTraffic> {
  const none = (): SignalTraffic => ({ requests: 0, duplicates: 0, rejected: 0, refused: {} })
  return { traces: none(), logs: none(), metrics: none() }
}
