import { AftergreenError } from '../errors.ts'
import type { TableSchema } from '../store/relations/relations.ts'

/**
 * The value of AFTERGREEN_CLICKHOUSE_SCHEMA; the product's own tables where it is not set.
 * @throws USAGE
 */
export function parseTableSchema(text: string | undefined): TableSchema {
  if (text === undefined || text === '' || text === 'own') return 'own'
  if (text === 'otel') return 'otel'
  throw new AftergreenError('USAGE', `AFTERGREEN_CLICKHOUSE_SCHEMA cannot be “${text}”.`, {
    hint: 'Set it to otel for the tables of the Collector’s ClickHouse exporter, or leave it unset.',
  })
}
