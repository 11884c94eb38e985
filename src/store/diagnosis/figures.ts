import type { Signal } from '../../signal.ts'
import type { StoreHealth } from '../store.ts'
import type { TrafficHealth } from './ingest-meter.ts'

/** Rows that arrived in the last minute and the last hour. */
export interface Rate {
  minute: number
  hour: number
}

export interface ServiceRate {
  service: string
  rows: Readonly<Record<Signal, Rate>>
}

/** How long after its end a span of one sender arrived, over the last ten minutes; seconds, below 0 before its end. */
export interface SenderDelay {
  service: string
  instance: string
  spans: number
  /** One tenth of the spans came sooner, half of them, and nine tenths. */
  low: number
  median: number
  high: number
}

/** Spans of the last hour that do not say which release they come from. */
export interface ServiceIdentity {
  service: string
  spans: number
  withoutVersion: number
  withoutEnvironment: number
}

export interface TableFigures {
  rows: number
  /** On disk, compressed. */
  bytes: number
  parts: number
  /** Parts of the day that has most of them. */
  partsOfOneDay: number
}

export interface EngineFigures {
  /** Bytes that the engine holds; null where it does not tell. */
  memory: number | null
  merges: number
  tables: Readonly<Record<Signal, TableFigures>>
  disk: { total: number; free: number }
}

/** What the checks judge. A part that could not be had is null, and `missing` says why. */
export interface Figures {
  /** ISO 8601 */
  at: string
  health: StoreHealth
  /** Requests that came to the store, over the last hour or since the start. */
  traffic: TrafficHealth
  rates: Readonly<Record<Signal, Rate>> | null
  /** The ten with most rows in the last hour. */
  services: readonly ServiceRate[] | null
  senders: readonly SenderDelay[] | null
  identities: readonly ServiceIdentity[] | null
  engine: EngineFigures | null
  missing: readonly { what: string; why: string }[]
}
