import { resolve } from 'node:path'
import {
  defaultRetention,
  parseAges,
  parseBudgets,
  type RetentionPolicy,
} from '../../store/retention/retention-policy.ts'
import { guardFiles } from '../../store/guard/guard-files.ts'
import { parseTableSchema } from '../parse-table-schema.ts'
import type { Terminal } from '../terminal.ts'
import type { ImportTarget } from './import-target.ts'
import { storeTarget } from './store-target.ts'

/**
 * Opens a data folder to import into, with the settings that a server would have.
 * @throws DATA_FOLDER_LOCKED and what opening the store throws
 */
export async function openFolder(folder: string, terminal: Terminal): Promise<ImportTarget> {
  const { env } = terminal
  return await storeTarget({
    dataFolder: resolve(folder),
    clickhouseUrl: env['AFTERGREEN_CLICKHOUSE_URL'],
    clickhouseCluster: env['AFTERGREEN_CLICKHOUSE_CLUSTER'],
    clickhouseReaderUrl: env['AFTERGREEN_CLICKHOUSE_READER_URL'],
    clickhouseSchema: parseTableSchema(env['AFTERGREEN_CLICKHOUSE_SCHEMA']),
    clickhouseTables: env['AFTERGREEN_CLICKHOUSE_TABLES'],
    guard: guardFiles(env),
    // the server may have been told another retention: it drops, this does not
    retention: { policy: policyOf(env), every: Infinity },
    log: (line) => terminal.note(line),
  })
}

function policyOf(env: NodeJS.ProcessEnv): RetentionPolicy {
  const ages = env['AFTERGREEN_RETENTION']
  const budgets = env['AFTERGREEN_DISK_BUDGET']
  return {
    ...defaultRetention,
    ...(budgets !== undefined && parseBudgets(budgets)),
    ...(ages !== undefined && { age: parseAges(ages) }),
  }
}
