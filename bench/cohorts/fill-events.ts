import type { Cohort } from '../../src/cohorts/cohort.ts'
import { addColumnsStatements } from '../../src/store/promotion/add-columns.ts'
import { promotedName } from '../../src/store/promotion/promotable-key.ts'
import type { Store } from '../../src/store/store.ts'
import { quotedIdentifier } from '../../src/store/sql-text.ts'
import { initialPromotions, promotedColumn } from '../../src/store/tables/attribute-columns.ts'
import { oneServer } from '../../src/store/tables/placement.ts'
import { accountAge, cartTotal, country, device, normal, provider } from './shop-attributes.ts'
import { type ShopAttribute, uniform } from './shop-attributes.ts'

export interface EventOptions {
  rows: number
  attributes: readonly ShopAttribute[]
  /** Of the events; 0 to 1. */
  candidateShare: number
  /** Whether the candidate fails and is slow in the planted cohorts. */
  plant: boolean
  seed: number
}

/** What the candidate does wrong, beside what both sides do. */
export const plantedCohorts: Readonly<Record<'rate' | 'latency', Cohort>> = {
  // 0.35 % of the events; every tenth fails
  rate: [
    { attribute: 'app.payment.provider', op: '=', value: 'provider-2' },
    { attribute: 'app.device', op: '=', value: 'device-2' },
    { attribute: 'app.cart.total', op: 'range', low: 40, high: 55 },
  ],
  // 0.3 % of the events; three times as slow
  latency: [
    { attribute: 'app.country', op: '=', value: 'country-3' },
    { attribute: 'app.device', op: '=', value: 'device-1' },
    { attribute: 'app.account.age_days', op: 'range', low: 30, high: 40 },
  ],
}

export const firstVersion = '2.0'
export const secondVersion = '2.1'
export const service = 'checkout'
/** ISO 8601; the events are spread evenly over `hours` from here on, in the order of their numbers. */
export const firstTime = Date.UTC(2026, 0, 15, 6)
export const hours = 12
const operations = 12
const perInsert = 1_000_000

/** Gives the keys columns of their own, as the product does once it has seen them often. */
export async function addColumns(
  store: Store,
  attributes: readonly ShopAttribute[],
): Promise<void> {
  const initial = new Set(initialPromotions.map(([type, key]) => `${type}:${key}`))
  const columns = attributes
    .filter(({ type, key }) => !initial.has(`${type}:${key}`))
    .map(({ type, key, plain = false }) => ({ type, key, plain }))
  for (const sql of addColumnsStatements(store.database, 'spans', columns, 1, oneServer)) {
    await store.query(sql, {}, { as: 'admin' })
  }
}

/** Entry spans of one service in two versions, into the product's own table. */
export async function fillEvents(
  store: Store,
  options: EventOptions,
  progress: (done: number) => void,
): Promise<void> {
  for (let from = 0; from < options.rows; from += perInsert) {
    const count = Math.min(perInsert, options.rows - from)
    await store.query(
      insertStatement(store, options, from, count),
      {},
      { as: 'admin', maxSeconds: 600 },
    )
    progress((from + count) / options.rows)
  }
  await store.query(
    `OPTIMIZE TABLE ${store.database}.spans FINAL`,
    {},
    { as: 'admin', maxSeconds: 600 },
  )
}

function insertStatement(
  store: Store,
  { rows, attributes, candidateShare, plant, seed }: EventOptions,
  from: number,
  count: number,
): string {
  const columns = columnsOf(attributes)
  const planted = plant ? 'candidate' : '0'
  const fixed: Record<string, string> = {
    time: `fromUnixTimestamp64Nano(toInt64(${firstTime} * 1000000 + intDiv(n * ${hours * 3600}, ${rows}) * 1000000000))`,
    // log-normal, by operation
    duration: `toUInt64(1e6 * exp(3 + operation / 6 + 0.7 * ${normal('n', 1)}) * if(${planted} AND ${slowIn}, 3, 1))`,
    trace_id: `lower(hex(reinterpretAsFixedString(sipHash128(n, seed))))`,
    span_id: `lower(hex(cityHash64(n, seed)))`,
    name: `concat('POST /api/', toString(operation))`,
    kind: `'server'`,
    // 0.3 to 1.5 % by operation
    status: `if(${uniform('n', 3)} < 0.003 + 0.001 * operation OR (${planted} AND ${badIn} AND ${uniform('n', 4)} < 0.1), 'error', 'unset')`,
    service: `'${service}'`,
    service_version: `if(candidate, '${secondVersion}', '${firstVersion}')`,
    environment: `'production'`,
    weight: '1',
  }
  const names = [...Object.keys(fixed), ...columns.map(({ name }) => name)]
  const values = [...Object.values(fixed), ...columns.map(({ sql }) => sql)]
  // half of the events are of users who come 20 times on average, half of users who come twice
  return `INSERT INTO ${store.database}.spans (${names.join(', ')})
WITH ${seed} AS seed, number AS n,
  if(${uniform('n', 5)} < 0.5, toUInt64(${uniform('n', 6)} * ${Math.ceil(rows / 40)}), 1000000000 + toUInt64(${uniform('n', 7)} * ${Math.ceil(rows / 4)})) AS u,
  toUInt32(${operations} * ${uniform('n', 8)}) AS operation,
  ${uniform('n', 9)} < ${candidateShare} AS candidate
SELECT ${values.join(',\n  ')}
FROM numbers(${from}, ${count})`
}

/** Where the planted cohorts are: slow, and failing. */
export const slowIn = `${country} = 3 AND ${device} = 1 AND ${accountAge} >= 30 AND ${accountAge} < 40`
export const badIn = `${provider} = 2 AND ${device} = 2 AND coalesce(${cartTotal} >= 40 AND ${cartTotal} < 55, 0)`

/** The columns that attributes have in the store's table of spans, and what fills them. */
export function columnsOf(attributes: EventOptions['attributes']): { name: string; sql: string }[] {
  const initial = new Set(initialPromotions.map(([type, key]) => `${type}:${key}`))
  return attributes.map(({ type, key, sql }) => {
    const own = initial.has(`${type}:${key}`)
      ? promotedColumn(type, key).name
      : promotedName(type, key)
    return { name: quotedIdentifier(own), sql }
  })
}
