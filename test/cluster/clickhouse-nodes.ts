/** A ClickHouse cluster of real servers on loopback: every node is a process that runs the embedded engine's library. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { libraryPath } from '../../src/store/engine/library-path.ts'
import { currentPlatform } from '../../src/store/engine/platform.ts'
import { freePorts } from './free-ports.ts'

export const clusterName = 'shop'
/** The one that the users `asker` (readonly = 2) and `strict` (readonly = 1) may select from; password `ask-secret`. */
export const askedDatabase = 'asked'
const user = 'aftergreen'
const password = 'p@ss/word'

export interface ClickHouseNode {
  /** As Aftergreen names it when it does not answer. */
  shard: string
  start(): Promise<void>
  /** With -9. */
  kill(): Promise<void>
  /** Rows of a query on this node alone. */
  query<T>(sql: string): Promise<T[]>
  /** A statement without an answer, on this node alone. */
  run(sql: string): Promise<void>
}

export interface ClickHouseNodes {
  nodes: readonly ClickHouseNode[]
  /** What AFTERGREEN_CLICKHOUSE_URL is set to, for a database; the node `first` is asked before the others. */
  url(database: string, first?: number): string
  stop(): Promise<void>
}

/** Starts so many nodes, each of them a shard. */
export async function startClickHouseNodes(
  folder: string,
  count: number,
): Promise<ClickHouseNodes> {
  const ports = await freePorts(2 * count)
  const http = ports.slice(0, count)
  const tcp = ports.slice(count)
  const nodes = http.map((port, i) => nodeAt(path.join(folder, `node-${i}`), port, tcp[i]!, tcp))
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()))
  }
  try {
    await Promise.all(nodes.map((node) => node.start()))
  } catch (error) {
    await stop()
    throw error
  }
  const credentials = `${user}:${encodeURIComponent(password)}`
  const hosts = http.map((port) => `127.0.0.1:${port}`)
  return {
    nodes,
    url(database, first = 0) {
      const order = [...hosts.slice(first), ...hosts.slice(0, first)]
      return `http://${credentials}@${order.join(',')}/${database}`
    },
    stop,
  }
}

function nodeAt(
  folder: string,
  httpPort: number,
  tcpPort: number,
  shards: readonly number[],
): ClickHouseNode {
  const entry = path.join(import.meta.dirname, '../../src/store/engine/engine-child.ts')
  const url = `http://127.0.0.1:${httpPort}`
  const log = path.join(folder, 'log')
  let child: ChildProcess | undefined
  const ask = async (sql: string): Promise<string> => {
    const response = await fetch(url, {
      method: 'POST',
      body: sql,
      headers: {
        'x-clickhouse-user': user,
        'x-clickhouse-key': password,
      },
    })
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return text
  }
  const query = async <T>(sql: string): Promise<T[]> => {
    const text = await ask(`${sql} FORMAT JSONEachRow`)
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as T)
  }
  /** Also over the port that the other nodes use. */
  const isReady = async (): Promise<boolean> => {
    try {
      await query('SELECT 1')
      const socket = connect(tcpPort, '127.0.0.1')
      await once(socket, 'connect')
      socket.end().resume()
      await once(socket, 'close')
      return true
    } catch {
      return false
    }
  }
  const start = async (): Promise<void> => {
    await mkdir(path.join(folder, 'data'), { recursive: true })
    const config = path.join(folder, 'config.xml')
    const users = path.join(folder, 'users.xml')
    await writeFile(users, usersFile())
    await writeFile(config, configFile({ log, users, tcpPort, shards }))
    const started = spawn(
      process.execPath,
      [
        entry,
        libraryPath(currentPlatform()),
        'clickhouse',
        `--config-file=${config}`,
        `--path=${path.join(folder, 'data')}`,
        `--http_port=${httpPort}`,
        `--tcp_port=${tcpPort}`,
        '--listen_host=127.0.0.1',
        '--log-level=warning',
        '--query=SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; SELECT sleepEachRow(3) FROM system.numbers ' +
          'SETTINGS function_sleep_max_microseconds_per_block=0, max_block_size=1 FORMAT Null',
      ],
      { stdio: ['pipe', 'ignore', 'pipe'], env: { TZ: 'UTC', PATH: process.env['PATH'] } },
    )
    started.stdin.on('error', () => {})
    child = started
    let words = ''
    let isUp = false
    started.stderr.on('data', (chunk) => (words = (words + String(chunk)).slice(-2000)))
    started.once('close', (code, signal) => {
      if (child !== started || !isUp) return
      // The library has no handler for a connection that a killed peer resets, which the server program has: it aborts.
      // It is started again, as whatever runs servers would.
      console.error(`${folder} ended by ${signal ?? code} and is started again: ${words}`)
      void start().catch(() => {})
    })
    for (let tries = 0; tries < 300 && started.exitCode === null; tries++) {
      if (await isReady()) {
        isUp = true
        return
      }
      await sleep(100)
    }
    throw new Error(`a node did not start: ${await readFile(log, 'utf8').catch(() => '')}`)
  }
  return {
    shard: `127.0.0.1:${tcpPort}`,
    query,
    async run(sql) {
      await ask(sql)
    },
    start,
    async kill() {
      const running = child
      child = undefined
      if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
      const closed = once(running, 'close')
      running.kill('SIGKILL')
      await closed
    },
  }
}

function usersFile(): string {
  const local =
    '<networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>'
  const asked = `<grants><query>GRANT SELECT ON ${askedDatabase}.*</query></grants>`
  return `<clickhouse>
  <profiles><default/><one><readonly>1</readonly></one><two><readonly>2</readonly></two></profiles><quotas><default/></quotas>
  <users>
    <default><password></password>${local}
      <grants><query>GRANT SYSTEM LISTEN ON *.*</query><query>GRANT SELECT ON system.numbers</query></grants>
    </default>
    <${user}><password>${password}</password>${local}<access_management>1</access_management></${user}>
    <asker><password>ask-secret</password>${local.replace('default</profile>', 'two</profile>')}${asked}</asker>
    <strict><password>ask-secret</password>${local.replace('default</profile>', 'one</profile>')}${asked}</strict>
  </users>
</clickhouse>`
}

function configFile(node: {
  log: string
  users: string
  tcpPort: number
  shards: readonly number[]
}): string {
  const shards = node.shards.map(
    (port) => `<shard><internal_replication>true</internal_replication>
      <replica><host>127.0.0.1</host><port>${port}</port><user>${user}</user><password>${password}</password></replica></shard>`,
  )
  return `<clickhouse>
  <logger><log>${node.log}</log><size>4M</size><count>1</count></logger>
  <users_config>${node.users}</users_config>
  <tcp_port>${node.tcpPort}</tcp_port>
  <max_server_memory_usage>1000000000</max_server_memory_usage>
  <mark_cache_size>50000000</mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <background_pool_size>2</background_pool_size>
  <background_merges_mutations_concurrency_ratio>2</background_merges_mutations_concurrency_ratio>
  <background_schedule_pool_size>4</background_schedule_pool_size>
  <background_common_pool_size>2</background_common_pool_size>
  <background_distributed_schedule_pool_size>1</background_distributed_schedule_pool_size>
  <merge_tree>
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
    <number_of_free_entries_in_pool_to_lower_max_size_of_merge>2</number_of_free_entries_in_pool_to_lower_max_size_of_merge>
    <number_of_free_entries_in_pool_to_execute_mutation>2</number_of_free_entries_in_pool_to_execute_mutation>
    <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>2</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>
  </merge_tree>
  <remote_servers><${clusterName}>${shards.join('')}</${clusterName}></remote_servers>
</clickhouse>`
}
