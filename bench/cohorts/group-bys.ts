import { createRandom } from '../../src/stats/random.ts'
import type { Store } from '../../src/store/store.ts'
import { quotedText } from '../../src/store/sql-text.ts'
import { secondVersion, service } from './fill-events.ts'
import type { ShopAttribute } from './shop-attributes.ts'
import { measured, type Usage } from './usage.ts'

/** The search of all pairs and triples of attributes by SQL. Seconds of wall time, and of CPU of both processes. */
export interface GroupByFigures {
  columns: number
  /** Writing down the rows of the discovery half with their classes and bins, once. */
  prepare: Cost
  pairs: Cost & { measured: number; all: number }
  /** The measured ones are every k-th, by size. */
  triples: Cost & { measured: number; all: number }
  total: Cost
  /** A pair asked of the spans themselves, over that of the written-down rows: why these are taken. */
  straightRatio: number
}

export interface Cost {
  seconds: number
  cpu: number
}

const binCount = 32
const minimumBad = 4
/** Without these the engine works in small blocks, and everything takes twice as long. */
const blocks = 'SETTINGS max_block_size = 262144, preferred_block_size_bytes = 0'

interface RivalColumn {
  name: string
  /** Of a span. */
  sql: string
  distinct: number
}

/**
 * As fast as I know how to ask it: only the discovery half, classes and bins of numbers written down before, one GROUP BY
 * for each set of attributes on both cores, and only cells with enough bad events come back. What is not charged to it:
 * looking at the answers, intervals of bins, redundancy, confirmation. The user's id takes no part.
 */
export async function measureGroupBys(
  store: Store,
  enginePid: number,
  attributes: readonly ShopAttribute[],
  wanted: { pairs: number; triples: number; seed: number },
  say: (line: string) => void,
): Promise<GroupByFigures> {
  const table = `${store.database}.cohort_rival`
  const run = (sql: string) =>
    measured(enginePid, () => store.queryNative(sql, {}, { as: 'admin', maxSeconds: 600 }))
  const drop = () => store.query(`DROP TABLE IF EXISTS ${table} SYNC`, {}, { as: 'admin' })
  await drop()
  try {
    say('SQL: writing down the rows')
    const spans = await spansOf(store)
    const columns = await columnsOf(store, spans, attributes)
    const prepare = await measured(enginePid, () =>
      store.query(
        `CREATE TABLE ${table} ENGINE = MergeTree ORDER BY tuple() AS ${prepared(spans, columns)} ${blocks}`,
        {},
        { as: 'admin', maxSeconds: 600 },
      ),
    )
    const bySize = columns.toSorted((a, b) => a.distinct - b.distinct || (a.name < b.name ? -1 : 1))
    const groupBy = (set: readonly RivalColumn[]): string =>
      `SELECT ${set.map(({ name }) => name).join(', ')}, ${counts('side', 'class')} FROM ${table}
       GROUP BY ${set.map(({ name }) => name).join(', ')} HAVING ${support('side', 'class')} ${blocks}`
    const sum = async (sets: readonly (readonly RivalColumn[])[], what: string): Promise<Cost> => {
      const cost = { seconds: 0, cpu: 0 }
      for (const [index, set] of sets.entries()) {
        const { usage } = await run(groupBy(set))
        add(cost, usage)
        if (index % 20 === 19) say(`SQL: ${index + 1} of ${sets.length} ${what}`)
      }
      return cost
    }
    const random = createRandom(wanted.seed)
    const allPairs = setsOf(bySize, 2)
    const allTriples = setsOf(bySize, 3)
    const pairSets = everyNth(allPairs, wanted.pairs, random.uniform())
    const tripleSets = everyNth(allTriples, wanted.triples, random.uniform())
    const pairs = scaled(await sum(pairSets, 'pairs'), allPairs.length / pairSets.length)
    const triples = scaled(await sum(tripleSets, 'triples'), allTriples.length / tripleSets.length)
    const written = costOf(prepare.usage)
    return {
      columns: columns.length,
      prepare: written,
      pairs: { ...pairs, measured: pairSets.length, all: allPairs.length },
      triples: { ...triples, measured: tripleSets.length, all: allTriples.length },
      total: {
        seconds: written.seconds + pairs.seconds + triples.seconds,
        cpu: written.cpu + pairs.cpu + triples.cpu,
      },
      straightRatio: await straightRatio(everyNth(allPairs, 5, 0.5)),
    }

    async function straightRatio(sets: readonly (readonly RivalColumn[])[]): Promise<number> {
      let [direct, rival] = [0, 0]
      for (const set of sets) {
        const names = set.map(({ name }) => name).join(', ')
        const { usage } = await run(
          `WITH ${spans.side} AS side, ${spans.class} AS class, ${set.map(({ sql, name }) => `${sql} AS ${name}`).join(', ')}
           SELECT ${names}, ${counts('side', 'class')} FROM ${spans.from} AND ${spans.discovery}
           GROUP BY ${names} HAVING ${support('side', 'class')} ${blocks}`,
        )
        direct += costOf(usage).cpu
        rival += costOf((await run(groupBy(set))).usage).cpu
      }
      return direct / rival
    }
  } finally {
    await drop()
  }
}

interface SpansSql {
  /** With its WHERE. */
  from: string
  discovery: string
  side: string
  /** 4 = failed, plus how many of the baseline's p50, p90 and p99 of its operation it exceeds. */
  class: string
}

async function spansOf(store: Store): Promise<SpansSql> {
  const from = `${store.relation('traces')} WHERE service = '${service}' AND kind IN ('server', 'consumer')`
  const side = `service_version = '${secondVersion}'`
  const bounds = await store.query<{ name: string; bounds: number[] }>(
    `SELECT name, quantilesExact(0.5, 0.9, 0.99)(duration) AS bounds FROM ${from} AND NOT ${side} GROUP BY name ORDER BY name`,
  )
  const names = bounds.map(({ name }) => quotedText(name)).join(', ')
  const slow = [0, 1, 2].map((level) => {
    const limits = bounds.map((row) => row.bounds[level]).join(', ')
    return `(duration > transform(name, [${names}], [${limits}]::Array(UInt64), 0::UInt64))`
  })
  const unit = store.attribute('traces', 'user.id', 'string')
  return {
    from,
    discovery: `bitAnd(cityHash64(${unit}), 1) = 0`,
    side: `CAST(${side}, 'UInt8')`,
    class: `CAST(4 * (status = 'error') + ${slow.join(' + ')}, 'UInt8')`,
  }
}

async function columnsOf(
  store: Store,
  { from }: SpansSql,
  attributes: readonly ShopAttribute[],
): Promise<RivalColumn[]> {
  const searched = attributes.filter(({ plain }) => plain !== true)
  const columns: Omit<RivalColumn, 'distinct'>[] = [{ name: 'operation', sql: 'name' }]
  for (const [index, { key, type }] of searched.entries()) {
    const sql = store.attribute('traces', key, type)
    const name = `a${index}`
    if (type !== 'int' && type !== 'double') {
      columns.push({ name, sql })
      continue
    }
    const levels = Array.from({ length: binCount }, (_, bin) => bin / binCount).join(', ')
    const [row] = await store.query<{ edges: number[] }>(
      `SELECT arrayDistinct(quantiles(${levels})(toFloat64(${sql}))) AS edges FROM ${from} AND ${sql} IS NOT NULL`,
    )
    const edges = `[${(row?.edges ?? [0]).join(', ')}]::Array(Float64)`
    const bin = `indexOf(${edges}, roundDown(toFloat64(assumeNotNull(${sql})), ${edges}))`
    columns.push({ name, sql: `CAST(if(${sql} IS NULL, 0, ${bin}), 'UInt8')` })
  }
  const distinct = await store.query<Record<string, number>>(
    `SELECT ${columns.map(({ name, sql }) => `uniq(${sql}) AS ${name}`).join(', ')} FROM ${from}`,
  )
  return columns.map((column) => ({ ...column, distinct: distinct[0]?.[column.name] ?? 1 }))
}

const prepared = (spans: SpansSql, columns: readonly RivalColumn[]): string =>
  `SELECT ${spans.side} AS side, ${spans.class} AS class, ${columns.map(({ sql, name }) => `${sql} AS ${name}`).join(', ')}
   FROM ${spans.from} AND ${spans.discovery}`

const ofClass = (side: string, kind: string, value: number): string[] => {
  const is = `${side} = ${value}`
  const level = `${kind} % 4`
  return [
    is,
    `${is} AND ${kind} >= 4`,
    `${is} AND ${level} >= 1`,
    `${is} AND ${level} >= 2`,
    `${is} AND ${level} = 3`,
  ]
}

const counts = (side: string, kind: string): string =>
  [0, 1]
    .flatMap((value) => ofClass(side, kind, value))
    .map((condition) => `countIf(${condition})`)
    .join(', ')

const support = (side: string, kind: string): string =>
  `countIf(${side} AND ${kind} >= 4) >= ${minimumBad} OR countIf(${side} AND ${kind} % 4 = 3) >= ${minimumBad}`

/** All sets of so many columns, smallest product of their distinct values first. */
function setsOf(columns: readonly RivalColumn[], size: number, from = 0): RivalColumn[][] {
  if (size === 0) return [[]]
  const sets: RivalColumn[][] = []
  for (let at = from; at < columns.length; at++) {
    for (const rest of setsOf(columns, size - 1, at + 1)) sets.push([columns[at]!, ...rest])
  }
  const cells = (set: readonly RivalColumn[]): number =>
    set.reduce((product, { distinct }) => product * distinct, 1)
  return sets.toSorted((a, b) => cells(a) - cells(b))
}

/** `count` of them, evenly spread. @param start 0 to 1: where in the first stride */
function everyNth<T>(items: readonly T[], count: number, start: number): T[] {
  const taken = Math.min(Math.max(count, 1), items.length)
  const stride = items.length / taken
  return Array.from({ length: taken }, (_, index) => items[Math.floor((index + start) * stride)]!)
}

const costOf = ({ seconds, nodeCpu, engineCpu }: Usage): Cost => ({
  seconds,
  cpu: nodeCpu + engineCpu,
})

function add(cost: Cost, usage: Usage): void {
  const { seconds, cpu } = costOf(usage)
  cost.seconds += seconds
  cost.cpu += cpu
}

const scaled = ({ seconds, cpu }: Cost, factor: number): Cost => ({
  seconds: seconds * factor,
  cpu: cpu * factor,
})
