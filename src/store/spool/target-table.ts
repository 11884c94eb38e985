import type { Engine } from '../engine/engine.ts'
import { queryRows } from '../query-rows.ts'
import { markColumn } from './mark-block.ts'
import { createStatement, ofOneServer, readShardSlots, type ShardSlots } from './shard-slots.ts'

/** The table that rows are inserted into, as it is. */
export interface TargetTable {
  /** `database.table`, quoted. */
  name: string
  /** On one server, and neither distributed nor replicated. */
  isPlain: boolean
  /**
   * The rows of an insert with the same place are stored together or not at all, and what the table shows of them is what
   * there is. Undefined where servers agree among themselves, and a reader may lag behind.
   */
  place: RowPlace | undefined
  /** It has a column for marks. */
  isMarked: boolean
  types: ReadonlyMap<string, string>
}

/** SQL of a text: for rows that are stored, and the same one for rows that are to be. */
export interface RowPlace {
  stored: string
  incoming: string
}

/** @param name `database.table`, quoted */
export async function readTargetTable(engine: Engine, name: string): Promise<TargetTable> {
  const columns = await queryRows<{ name: string; type: string }>(
    engine,
    `DESCRIBE TABLE ${name}`,
    {},
    { as: 'admin' },
  )
  const types = new Map(columns.map(({ name, type }) => [name, type]))
  const statement = await createStatement(engine, name)
  const isPlain = ofOneServer.test(statement)
  const slots = isPlain ? undefined : await readShardSlots(engine, statement)
  return { name, isPlain, place: placeOf(isPlain, slots), isMarked: types.has(markColumn), types }
}

/** An insert makes one part of each day on each server. */
export const dayOfRow = 'toString(toDate(time))'

function placeOf(isPlain: boolean, slots: ShardSlots | undefined): RowPlace | undefined {
  if (isPlain) return { stored: dayOfRow, incoming: dayOfRow }
  if (slots === undefined) return undefined
  const of = (shard: string): string => `concat(toString(${shard}), ' ', ${dayOfRow})`
  const { shards, key } = slots
  return {
    stored: of('_shard_num'),
    incoming: of(`[${shards.join(', ')}][(${key}) % ${shards.length} + 1]`),
  }
}
