import { randomUUID } from 'node:crypto'
import type { AttributeType } from '../../otlp/attribute-type.ts'
import { engineMemory } from '../engine/engine-files.ts'
import type { Engine } from '../engine/engine.ts'
import { queryRows } from '../query-rows.ts'
import { quotedIdentifier, quotedTable } from '../sql-text.ts'
import { sampledColumns, sampledKeys, wholeColumns } from './sampled-columns.ts'
import { samplesDatabase } from './samples-database.ts'

/** Some spans, for a while in the engine's memory: many questions about them read them there. */
export interface SampledSpans {
  /** What stands after FROM. */
  readonly relation: string
  /** SQL expression of an attribute as `Nullable(type)`. @throws TypeError for one that was not copied */
  attribute(key: string, type: AttributeType): string
}

/**
 * What is copied of a span: `asked` is `sampledColumns` and `sampledKeys`, `whole` these columns, where it comes from and
 * all its attributes.
 */
export type SampledParts = 'asked' | 'whole'

/** The copies of one look. */
export interface SpanSample {
  /**
   * Copies spans.
   * @param condition SQL with bound parameters, as in a WHERE clause
   * @param maxRows at most so many spans; left out, as many as there is room for
   * @returns null where there are more of them
   * @throws ENGINE_UNAVAILABLE, ENGINE_QUERY
   */
  copy(
    parts: SampledParts,
    condition: string,
    parameters: Record<string, unknown>,
    maxRows?: number,
  ): Promise<SampledSpans | null>
  /** To be called once nothing is asked any more; never throws. */
  drop(): Promise<void>
}

export interface SpanSamples {
  /** One sample exists at a time: null while there is another one. @throws ENGINE_UNAVAILABLE, ENGINE_QUERY */
  open(): Promise<SpanSample | null>
}

/** Of the engine's memory, for the copies of each kind. */
const memoryShare = 1 / 8
/** About what a span takes there. */
const bytesOfSpan: Record<SampledParts, number> = { asked: 250, whole: 1_000 }

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
  const keys = (): string[] =>
    sampledKeys.map(([key, type]) => `${attribute(key, type)} AS ${columnOf(key, type)}`)
  const memory = engineMemory(process.env['AFTERGREEN_ENGINE_MEMORY']) * memoryShare
  const copy: SpanSample['copy'] = async (
    parts,
    condition,
    parameters,
    maxRows = Math.floor(memory / bytesOfSpan[parts]),
  ) => {
    const table = quotedTable(samples, `${parts}_${randomUUID().replaceAll('-', '')}`)
    const columns = parts === 'whole' ? wholeColumns : [...sampledColumns, ...keys()]
    const spans = `SELECT ${columns.join(', ')} FROM ${relation()}`
    await ask(`CREATE TABLE ${table} ENGINE = Memory EMPTY AS ${spans}`)
    try {
      await ask(`INSERT INTO ${table} ${spans} WHERE ${condition} LIMIT ${maxRows + 1}`, parameters)
      const [found] = await ask<{ rows: number }>(`SELECT count() AS rows FROM ${table}`)
      if (found !== undefined && found.rows <= maxRows)
        return { relation: table, attribute: parts === 'whole' ? attribute : columnOf }
    } catch (error) {
      await ask(`TRUNCATE TABLE ${table}`).catch(() => {})
      throw error
    }
    await ask(`TRUNCATE TABLE ${table}`)
    return null
  }
  let isOpen = false
  const drop = async (): Promise<void> => {
    await forget().catch(() => {})
    isOpen = false
  }
  return {
    async open() {
      if (isOpen) return null
      isOpen = true
      try {
        await forget()
        await ask(`CREATE DATABASE ${quotedIdentifier(samples)} ENGINE = Memory`)
        return { copy, drop }
      } catch (error) {
        await drop()
        throw error
      }
    },
  }
}

function columnOf(key: string, type: AttributeType): string {
  if (!sampledKeys.some(([known, of]) => known === key && of === type))
    throw new TypeError(`A sample of spans does not hold the attribute ${key} (${type}).`)
  return quotedIdentifier(`${type}:${key}`)
}
