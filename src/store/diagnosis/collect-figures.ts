import { type Signal, signals } from '../../signal.ts'
import type { Engine } from '../engine/engine.ts'
import { quotedTable } from '../sql-text.ts'
import { queryRows } from '../query-rows.ts'
import type { StoreHealth } from '../store.ts'
import { eventTables } from '../tables/event-tables.ts'
import type { Placement } from '../tables/placement.ts'
import { rowsTable } from '../tables/placement.ts'
import type {
  EngineFigures,
  Figures,
  Rate,
  SenderDelay,
  ServiceIdentity,
  ServiceRate,
} from './figures.ts'
import type { TrafficHealth } from './ingest-meter.ts'

export interface FigureSource {
  engine: Engine
  database: string
  placement: Placement
  health: () => StoreHealth
  traffic: () => TrafficHealth
}

const hour = 3600

/** Asks the engine for all that the checks need; what it does not answer within ten seconds is left out. */
export async function collectFigures(source: FigureSource): Promise<Figures> {
  const missing: Figures['missing'][number][] = []
  const tryTo = async <T>(what: string, ask: () => Promise<T>): Promise<T | null> => {
    try {
      return await ask()
    } catch (error) {
      missing.push({ what, why: error instanceof Error ? error.message : String(error) })
      return null
    }
  }
  const rates = await tryTo('ingest rates', () => ratesOf(source))
  const services = await tryTo('rates of services', () => servicesOf(source))
  const senders = await tryTo('clocks of senders', () => sendersOf(source))
  const identities = await tryTo('releases of services', () => identitiesOf(source))
  const engine = await tryTo('figures of the engine', () => engineOf(source))
  const at = new Date().toISOString()
  const { health, traffic } = source
  return {
    at,
    health: health(),
    traffic: traffic(),
    rates,
    services,
    senders,
    identities,
    engine,
    missing,
  }
}

async function ask<T>({ engine, database }: FigureSource, sql: string): Promise<T[]> {
  return await queryRows<T>(engine, sql, { database }, { as: 'admin', maxSeconds: 10 })
}

/** The rows of the last seconds: only parts that were written since then can hold any. */
function recent({ database, placement }: FigureSource, signal: Signal, seconds: number): string {
  const { name } = eventTables[signal]
  return `${quotedTable(database, name)}
    WHERE _part IN (SELECT name FROM system.parts WHERE active AND database = {database: String}
        AND table = '${rowsTable(name, placement)}' AND modification_time >= now() - ${seconds})
      AND received >= now64(3) - ${seconds}`
}

async function ratesOf(source: FigureSource): Promise<Record<Signal, Rate>> {
  const rows = await ask<Rate & { signal: Signal }>(
    source,
    signals
      .map(
        (signal) =>
          `SELECT '${signal}' AS signal, countIf(received >= now64(3) - 60) AS minute, count() AS hour FROM ${recent(source, signal, hour)}`,
      )
      .join(' UNION ALL '),
  )
  return perSignal((signal) => {
    const row = rows.find((row) => row.signal === signal)
    return { minute: row?.minute ?? 0, hour: row?.hour ?? 0 }
  })
}

async function servicesOf(source: FigureSource): Promise<ServiceRate[]> {
  const counts = signals.map(
    (signal) =>
      `SELECT service, '${signal}' AS signal, countIf(received >= now64(3) - 60) AS minute, count() AS hour
       FROM ${recent(source, signal, hour)} GROUP BY service`,
  )
  const columns = signals.flatMap((signal) => [
    `sumIf(minute, signal = '${signal}') AS ${signal}_minute`,
    `sumIf(hour, signal = '${signal}') AS ${signal}_hour`,
  ])
  const rows = await ask<Record<string, number | string>>(
    source,
    `SELECT service, ${columns.join(', ')} FROM (${counts.join(' UNION ALL ')})
     GROUP BY service ORDER BY sum(hour) DESC, service LIMIT 10`,
  )
  return rows.map((row) => ({
    service: String(row['service']),
    rows: perSignal((signal) => ({
      minute: Number(row[`${signal}_minute`]),
      hour: Number(row[`${signal}_hour`]),
    })),
  }))
}

async function sendersOf(source: FigureSource): Promise<SenderDelay[]> {
  const rows = await ask<Omit<SenderDelay, 'low' | 'median' | 'high'> & { delays: number[] }>(
    source,
    `SELECT service, service_instance AS instance, count() AS spans,
       quantiles(0.1, 0.5, 0.9)((toUnixTimestamp64Milli(received) - (toUnixTimestamp64Nano(time) + toInt64(duration)) / 1e6) / 1000) AS delays
     FROM ${recent(source, 'traces', 600)}
     GROUP BY service, instance HAVING spans >= 5 ORDER BY abs(delays[1]) DESC, service, instance LIMIT 200`,
  )
  return rows.map(({ service, instance, spans, delays }) => {
    const [low = 0, median = 0, high = 0] = delays
    return { service, instance, spans, low, median, high }
  })
}

async function identitiesOf(source: FigureSource): Promise<ServiceIdentity[]> {
  const rows = await ask<ServiceIdentity>(
    source,
    `SELECT service, count() AS spans, countIf(service_version = '') AS withoutVersion,
       countIf(environment = '') AS withoutEnvironment
     FROM ${recent(source, 'traces', hour)}
     GROUP BY service HAVING withoutVersion > 0 OR withoutEnvironment > 0 ORDER BY spans DESC, service LIMIT 100`,
  )
  return rows.map(({ service, spans, withoutVersion, withoutEnvironment }) => ({
    service,
    spans,
    withoutVersion,
    withoutEnvironment,
  }))
}

async function engineOf(source: FigureSource): Promise<EngineFigures> {
  const { cluster } = source.placement
  const from = (table: string): string =>
    cluster === undefined
      ? `system.${table}`
      : `clusterAllReplicas('${cluster.replaceAll(/['\\]/g, '\\$&')}', system.${table})`
  const tables = await ask<{
    table: string
    rows: number
    bytes: number
    parts: number
    day: number
  }>(
    source,
    `SELECT table, sum(r) AS rows, sum(b) AS bytes, sum(p) AS parts, max(p) AS day FROM (
       SELECT table, partition_id, sum(rows) AS r, sum(bytes_on_disk) AS b, count() AS p FROM ${from('parts')}
       WHERE active AND database = {database: String} GROUP BY hostName(), table, partition_id) GROUP BY table`,
  )
  const [disk] = await ask<{ total: number; free: number }>(
    source,
    `SELECT toFloat64(sum(total_space)) AS total, toFloat64(sum(free_space)) AS free FROM ${from('disks')}`,
  )
  const [memory] = await ask<{ value: number }>(
    source,
    `SELECT sum(value) AS value FROM ${from('metrics')} WHERE metric = 'MemoryTracking'`,
  )
  const [merges] = await ask<{ count: number }>(
    source,
    `SELECT count() AS count FROM ${from('merges')}`,
  )
  return {
    memory: memory === undefined ? null : memory.value,
    merges: merges?.count ?? 0,
    disk: { total: disk?.total ?? 0, free: disk?.free ?? 0 },
    tables: perSignal((signal) => {
      const name = rowsTable(eventTables[signal].name, source.placement)
      const row = tables.find(({ table }) => table === name)
      return {
        rows: row?.rows ?? 0,
        bytes: row?.bytes ?? 0,
        parts: row?.parts ?? 0,
        partsOfOneDay: row?.day ?? 0,
      }
    }),
  }
}

function perSignal<T>(make: (signal: Signal) => T): Record<Signal, T> {
  return Object.fromEntries(signals.map((signal) => [signal, make(signal)])) as Record<Signal, T>
}
