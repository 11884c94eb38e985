import type { Engine } from '../engine/engine.ts'
import { queryRows } from '../query-rows.ts'
import { markColumn } from './mark-block.ts'

/** The table that rows are inserted into, as it is. */
export interface TargetTable {
  /** `database.table`, quoted. */
  name: string
  /** On one server, and neither distributed nor replicated: what it shows is what there is. */
  isPlain: boolean
  /** It has a column for marks. */
  isMarked: boolean
  types: ReadonlyMap<string, string>
}

/** @param name `database.table`, quoted */
export async function readTargetTable(engine: Engine, name: string): Promise<TargetTable> {
  const columns = await queryRows<{ name: string; type: string }>(
    engine,
    `DESCRIBE TABLE ${name}`,
    {},
    { as: 'admin' },
  )
  const [shown] = await queryRows<{ statement: string }>(
    engine,
    `SHOW CREATE TABLE ${name}`,
    {},
    { as: 'admin' },
  )
  const types = new Map(columns.map(({ name, type }) => [name, type]))
  return {
    name,
    isPlain: /\bENGINE = MergeTree\b/.test(shown?.statement ?? ''),
    isMarked: types.has(markColumn),
    types,
  }
}
