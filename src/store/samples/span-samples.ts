import { randomUUID } from 'node:crypto'
import type { AttributeType } from '../../otlp/attribute-type.ts'
import { engineMemory } from '../engine/engine-files.ts'
import type { Engine } from '../engine/engine.ts'
import { queryRows } from '../query-rows.ts'
import { quotedIdentifier, quotedTable } from '../sql-text.ts'
import { sampledColumns, sampledKeys } from './sampled-columns.ts'
import { samplesDatabase } from './samples-database.ts'

/** Some spans, for a while in the engine's memory: many questions about them read them there. */
export interface SampledSpans {
  /** What stands after FROM: a table with `sampledColumns`. */
  readonly relation: string
  /** SQL expression of one of `sampledKeys` as `Nullable(type)`. @throws TypeError for any other */
  attribute(key: string, type: AttributeType): string
  /** To be called once nothing is asked any more; never throws. */
  drop(): Promise<void>
}

export interface SpanSamples {
  /**
   * Copies spans. One copy exists at a time: null while there is another one, and where there are more spans than the
   * engine has room for.
   * @param condition SQL with bound parameters, as in a WHERE clause
   * @param maxRows at most so many spans; left out, as many as there is room for
   * @throws ENGINE_UNAVAILABLE, ENGINE_QUERY
   */
  take(
    condition: string,
    parameters: Record<string, unknown>,
    maxRows?: number,
  ): Promise<SampledSpans | null>
}

/** Of the engine's memory. */
const memoryShare = 1 / 8
/** About what a span takes there. */
const bytesOfSpan = 250

export interface SpanSamplesOptions {
  engine: Engine
  database: string
  /** Table of the spans and SQL of their attributes, as they are now. */
  relation: () => string
  attribute: (key: string, type: AttributeType) => string
}

/** Samples in the memory of an engine of ours; what others run is not given tables that it did not ask for. */
export function spanSamples({
  engine,
  database,
  relation,
  attribute,
}: SpanSamplesOptions): SpanSamples | undefined {
  if (engine.health().kind !== 'embedded') return undefined
  const samples = samplesDatabase(database)
  const ask = <T>(sql: string, parameters: Record<string, unknown> = {}): Promise<T[]> =>
    queryRows<T>(engine, sql, parameters, { as: 'admin', isScan: true })
  // what could not be dropped is gone with the engine, or is dropped before the next one is made
  const forget = (): Promise<unknown> =>
    ask(`DROP DATABASE IF EXISTS ${quotedIdentifier(samples)} SYNC`)
  const room = maxSpans(process.env['AFTERGREEN_ENGINE_MEMORY'])
  const make: SpanSamples['take'] = async (condition, parameters, maxRows = room) => {
    const table = quotedTable(samples, `spans_${randomUUID().replaceAll('-', '')}`)
    const columns = [
      ...sampledColumns,
      ...sampledKeys.map(([key, type]) => `${attribute(key, type)} AS ${columnOf(key, type)}`),
    ]
    await forget()
    await ask(`CREATE DATABASE ${quotedIdentifier(samples)} ENGINE = Memory`)
    const spans = `SELECT ${columns.join(', ')} FROM ${relation()}`
    await ask(`CREATE TABLE ${table} ENGINE = Memory EMPTY AS ${spans}`)
    await ask(`INSERT INTO ${table} ${spans} WHERE ${condition} LIMIT ${maxRows + 1}`, parameters)
    const [found] = await ask<{ rows: number }>(`SELECT count() AS rows FROM ${table}`)
    if (found === undefined || found.rows > maxRows) return null
    return { relation: table, attribute: columnOf, drop }
  }
  let isTaken = false
  const drop = async (): Promise<void> => {
    await forget().catch(() => {})
    isTaken = false
  }
  return {
    async take(...wanted) {
      if (isTaken) return null
      isTaken = true
      let made: SampledSpans | null = null
      try {
        made = await make(...wanted)
        return made
      } finally {
        if (made === null) await drop()
      }
    },
  }
}

const maxSpans = (memory: string | undefined): number =>
  Math.floor((engineMemory(memory) * memoryShare) / bytesOfSpan)

function columnOf(key: string, type: AttributeType): string {
  if (!sampledKeys.some(([known, of]) => known === key && of === type))
    throw new TypeError(`A sample of spans does not hold the attribute ${key} (${type}).`)
  return quotedIdentifier(`${type}:${key}`)
}
