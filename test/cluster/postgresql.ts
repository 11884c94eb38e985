/** A PostgreSQL server in a temporary folder, on loopback; it refuses root, so root starts it as `postgres`. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { findPostgresql } from '../../scripts/find-postgresql.mjs'
import { freePorts } from './free-ports.ts'

export interface PostgresServer {
  /** With a password. */
  url: string
  start(): Promise<void>
  kill(): Promise<void>
  query<T>(sql: string): Promise<T[]>
  /** Kills it and removes its folder. */
  remove(): Promise<void>
}

const password = 'ledger-secret'

export async function startPostgresql(): Promise<PostgresServer> {
  const programs = findPostgresql()
  if (programs === null) throw new Error('There is no PostgreSQL on this machine.')
  const folder = mkdtempSync(path.join(tmpdir(), 'aftergreen-postgresql-'))
  const data = path.join(folder, 'data')
  const secret = path.join(folder, 'password')
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(secret, password, { mode: 0o600 })
  const isRoot = process.getuid?.() === 0
  if (isRoot) {
    const id = (flag: string): number =>
      Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
    for (const file of [folder, data, secret]) chownSync(file, id('-u'), id('-g'))
  }
  const command = (program: string, args: string[]): [string, string[]] => {
    const file = path.join(programs, program)
    return isRoot
      ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', file, ...args]]
      : [file, args]
  }
  execFileSync(
    ...command('initdb', [
      '-D',
      data,
      '-U',
      'aftergreen',
      '-A',
      'scram-sha-256',
      `--pwfile=${secret}`,
      '-E',
      'UTF8',
      '--no-sync',
    ]),
    { stdio: 'ignore', cwd: folder },
  )
  const [port] = await freePorts(1)
  const url = `postgres://aftergreen:${password}@127.0.0.1:${port}/postgres`
  let child: ChildProcess | undefined
  const query = async <T>(sql: string): Promise<T[]> => {
    const client = new Client({ connectionString: url })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(sql)).rows as T[]
    } finally {
      await client.end()
    }
  }
  const kill = async (): Promise<void> => {
    const running = child
    child = undefined
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const closed = once(running, 'close')
    // immediate shutdown: its own processes go with it
    running.kill('SIGQUIT')
    await closed
  }
  const start = async (): Promise<void> => {
    const settings = [
      '-k',
      folder,
      '-h',
      '127.0.0.1',
      '-p',
      String(port),
      '-c',
      'shared_buffers=16MB',
    ]
    child = spawn(...command('postgres', ['-D', data, ...settings]), {
      stdio: 'ignore',
      cwd: folder,
    })
    for (let tries = 0; tries < 100; tries++) {
      if (
        await query('SELECT 1').then(
          () => true,
          () => false,
        )
      )
        return
      await sleep(100)
    }
    throw new Error('PostgreSQL did not start.')
  }
  await start()
  return {
    url,
    start,
    kill,
    query,
    async remove() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
