import { onTestFinished } from 'vitest'
import type { Engine } from '../../src/store/engine/engine.ts'
import { ownRelations } from '../../src/store/relations/own-relations.ts'
import type { Store } from '../../src/store/store.ts'
import { AdaptingTables } from './adapting-tables.ts'

/** Tables, what `attributeKeys` needs of a store over them, and what it asked. */
export async function askableTables(engine: Engine) {
  const tables = await AdaptingTables.open(engine)
  onTestFinished(() => tables.promotion.close())
  const { database } = tables
  const relations = ownRelations(database, (signal) => tables.promotion.reader(signal), null)
  const asked: { sql: string; bytes: number }[] = []
  const store: Pick<Store, 'query' | 'database' | 'relation' | 'relations'> = {
    database,
    relations,
    relation: (signal) => relations.from(signal),
    query: async <T>(sql: string, parameters: Record<string, unknown> = {}) => {
      const client = await engine.client('admin')
      const result = await client.query({
        query: sql,
        query_params: parameters,
        format: 'JSONEachRow',
        clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
      })
      const summary = JSON.parse(String(result.response_headers['x-clickhouse-summary'])) as Summary
      asked.push({ sql, bytes: Number(summary.read_bytes) })
      return await result.json<T>()
    },
  }
  return { tables, store, asked }
}

interface Summary {
  read_bytes: string
}
