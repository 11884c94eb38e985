import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import path from 'node:path'
import { samplesDatabase } from '../samples/samples-database.ts'

/** Where the embedded engine keeps its things, and what it is allowed to take. */
export interface EngineFiles {
  /** Data of the engine. */
  data: string
  config: string
  log: string
}

export interface EngineAccess {
  /** The database that the `reader` may select from. */
  database: string
  adminPassword: string
  readerPassword: string
  /** Bytes that all queries and merges together may use. */
  memory: number
}

const gibibyte = 2 ** 30

/** A quarter of the machine's memory, between 1 and 4 GiB; `AFTERGREEN_ENGINE_MEMORY` (bytes) overrides it. */
export function engineMemory(setting: string | undefined, total = totalmem()): number {
  const wanted = Number(setting)
  if (Number.isSafeInteger(wanted) && wanted > 0) return wanted
  return Math.floor(Math.min(Math.max(total / 4, gibibyte), 4 * gibibyte))
}

/**
 * Writes the engine's configuration below `folder`. Only hashes of the passwords are written, and only the owner can
 * read them.
 */
export function writeEngineFiles(folder: string, access: EngineAccess): EngineFiles {
  const files = {
    data: path.join(folder, 'data'),
    config: path.join(folder, 'config.xml'),
    users: path.join(folder, 'users.xml'),
    log: path.join(folder, 'engine.log'),
  }
  mkdirSync(files.data, { recursive: true, mode: 0o700 })
  writePrivate(files.config, configuration(files, access.memory))
  writePrivate(files.users, users(access))
  return files
}

function writePrivate(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 })
}

/**
 * Sized for a laptop that does other things as well. What is inserted is synced, because the spool lets go of it then;
 * merges need not be: their sources stay for minutes.
 */
function configuration(files: { users: string; log: string }, memory: number): string {
  const cache = Math.floor(memory / 16)
  return `<clickhouse>
  <logger><log>${xml(files.log)}</log><size>4M</size><count>1</count></logger>
  <users_config>${xml(files.users)}</users_config>
  <max_server_memory_usage>${memory}</max_server_memory_usage>
  <mark_cache_size>${cache}</mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <index_mark_cache_size>${cache}</index_mark_cache_size>
  <query_cache><max_size_in_bytes>0</max_size_in_bytes></query_cache>
  <max_concurrent_queries>100</max_concurrent_queries>
  <background_pool_size>2</background_pool_size>
  <background_merges_mutations_concurrency_ratio>2</background_merges_mutations_concurrency_ratio>
  <background_schedule_pool_size>4</background_schedule_pool_size>
  <background_common_pool_size>2</background_common_pool_size>
  <background_fetches_pool_size>1</background_fetches_pool_size>
  <background_move_pool_size>1</background_move_pool_size>
  <background_message_broker_schedule_pool_size>1</background_message_broker_schedule_pool_size>
  <background_buffer_flush_schedule_pool_size>1</background_buffer_flush_schedule_pool_size>
  <background_distributed_schedule_pool_size>1</background_distributed_schedule_pool_size>
  <merge_tree>
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
    <number_of_free_entries_in_pool_to_lower_max_size_of_merge>2</number_of_free_entries_in_pool_to_lower_max_size_of_merge>
    <number_of_free_entries_in_pool_to_execute_mutation>2</number_of_free_entries_in_pool_to_execute_mutation>
    <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>2</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>
  </merge_tree>
</clickhouse>
`
}

/**
 * The engine itself starts as `default` without a password, which cannot be changed. So `default` may do nothing but
 * what the start needs: it can read nothing, and an engine that it makes deaf is replaced.
 */
function users(access: EngineAccess): string {
  const half = Math.floor(access.memory / 2)
  const local = '<networks><ip>127.0.0.1</ip></networks><quota>default</quota>'
  return `<clickhouse>
  <profiles>
    <default/>
    <start><max_memory_usage>100000000</max_memory_usage><max_threads>1</max_threads></start>
    <reader>
      <readonly>2</readonly>
      <max_execution_time>60</max_execution_time>
      <max_memory_usage>${half}</max_memory_usage>
      <constraints>
        <readonly><const/></readonly>
        <max_execution_time><min>1</min><max>600</max></max_execution_time>
        <max_memory_usage><min>1</min><max>${half}</max></max_memory_usage>
      </constraints>
    </reader>
  </profiles>
  <quotas><default/></quotas>
  <users>
    <default>
      <password></password>${local}<profile>start</profile>
      <grants><query>GRANT SYSTEM LISTEN ON *.*</query><query>GRANT SELECT ON system.numbers</query></grants>
    </default>
    <admin>
      <password_sha256_hex>${sha256(access.adminPassword)}</password_sha256_hex>${local}<profile>default</profile>
      <access_management>1</access_management>
    </admin>
    <reader>
      <password_sha256_hex>${sha256(access.readerPassword)}</password_sha256_hex>${local}<profile>reader</profile>
      <grants><query>GRANT SELECT ON \`${xml(access.database)}\`.*</query>
        <query>GRANT SELECT ON \`${xml(samplesDatabase(access.database))}\`.*</query></grants>
    </reader>
  </users>
</clickhouse>
`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
