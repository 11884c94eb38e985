/** A ClickHouse server of somebody else: a second embedded engine, with users that the tests know. */
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { writeEngineFiles } from '../../src/store/engine/engine-files.ts'
import { startEngineProcess } from '../../src/store/engine/engine-process.ts'
import { libraryPath } from '../../src/store/engine/library-path.ts'
import { currentPlatform } from '../../src/store/engine/platform.ts'

export interface ForeignEngine {
  /** Of a user who can do everything. */
  admin: ClickHouseClient
  adminUrl: string
  /** Of a user whose only right is SELECT on the database `telemetry`. */
  readerUrl: string
  /** Of a user whose profile has `readonly = 1`. */
  strictUrl: string
  close(): Promise<void>
}

export async function foreignEngine(folder: string): Promise<ForeignEngine> {
  const files = writeEngineFiles(folder, {
    database: 'telemetry',
    adminPassword: 'all',
    readerPassword: 'look',
    memory: 2 ** 30,
  })
  // a third user, whose profile lets nobody limit his queries
  const users = path.join(folder, 'users.xml')
  const strict =
    '<strict><password>look</password><networks><ip>127.0.0.1</ip></networks><quota>default</quota><profile>strict</profile></strict>'
  const text = (await readFile(users, 'utf8'))
    .replace('</profiles>', '<strict><readonly>1</readonly></strict></profiles>')
    .replace('</users>', `${strict}</users>`)
  await writeFile(users, text)
  const engine = await startEngineProcess(libraryPath(currentPlatform()), files)
  const admin = createClient({ url: engine.url, username: 'admin', password: 'all' })
  await admin.command({ query: 'CREATE DATABASE telemetry' })
  const url = (user: string): string => `${engine.url.replace('//', `//${user}@`)}/telemetry`
  return {
    admin,
    adminUrl: url('admin:all'),
    readerUrl: url('reader:look'),
    strictUrl: url('strict:look'),
    async close() {
      await admin.close()
      await engine.kill()
    },
  }
}
