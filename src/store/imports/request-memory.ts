import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { AftergreenError } from '../../errors.ts'

/** Where a request stands: it is about to be stored, or it is. */
const intended = 0
const stored = 1

/**
 * The requests that were imported, for good: on disk, about 40 bytes each. Keys are hexadecimal hashes. What a call
 * changed is on disk when it returns.
 */
export class RequestMemory {
  readonly #database: DatabaseSync
  readonly #find: StatementSync
  readonly #put: StatementSync
  readonly #drop: StatementSync

  /**
   * @param file of the database; created where there is none
   * @throws IMPORTS_UNREADABLE
   */
  constructor(file: string) {
    const database = openDatabase(file)
    this.#database = database
    this.#find = database.prepare('SELECT state FROM requests WHERE hash = ?')
    this.#put = database.prepare(
      'INSERT INTO requests (hash, state) VALUES (?, ?) ON CONFLICT (hash) DO UPDATE SET state = max(state, excluded.state)',
    )
    this.#drop = database.prepare(`DELETE FROM requests WHERE hash = ? AND state = ${intended}`)
  }

  has(key: string): boolean {
    return this.#find.get(bytesOf(key))?.['state'] === stored
  }

  intend(keys: readonly string[]): void {
    this.#all(keys, (hash) => this.#put.run(hash, intended))
  }

  remember(keys: readonly string[]): void {
    this.#all(keys, (hash) => this.#put.run(hash, stored))
  }

  /** Forgets what was intended and did not happen. */
  giveUp(keys: readonly string[]): void {
    this.#all(keys, (hash) => this.#drop.run(hash))
  }

  /** What a process that died had begun. */
  unfinished(): string[] {
    const rows = this.#database.prepare(`SELECT hash FROM requests WHERE state = ${intended}`).all()
    return rows.map(({ hash }) =>
      hash instanceof Uint8Array ? Buffer.from(hash).toString('hex') : '',
    )
  }

  get size(): number {
    const row = this.#database.prepare('SELECT count(*) AS count FROM requests').get()
    return Number(row?.['count'] ?? 0)
  }

  close(): void {
    this.#database.close()
  }

  #all(keys: readonly string[], run: (hash: Buffer) => unknown): void {
    if (keys.length === 0) return
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      for (const key of keys) run(bytesOf(key))
      this.#database.exec('COMMIT')
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
  }
}

const bytesOf = (key: string): Buffer => Buffer.from(key, 'hex')

function openDatabase(file: string): DatabaseSync {
  try {
    const database = new DatabaseSync(file, { timeout: 5000 })
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000;
      CREATE TABLE IF NOT EXISTS requests (hash BLOB PRIMARY KEY, state INTEGER NOT NULL) WITHOUT ROWID`)
    return database
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AftergreenError(
      'IMPORTS_UNREADABLE',
      `The list of imported requests ${file} cannot be read: ${reason}.`,
      {
        hint: 'Free some disk space if the disk is full; else move the file away. Files that were imported before can then be imported a second time.',
        cause,
      },
    )
  }
}
