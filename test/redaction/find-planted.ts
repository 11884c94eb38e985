import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Store } from '../../src/store/store.ts'
import { eventTables } from '../../src/store/tables/event-tables.ts'
import { signals } from '../../src/signal.ts'

const width = 10

/** Looks for secrets, and for parts of them: any ten characters in a row. */
export class SecretSearch {
  readonly #parts = new Map<string, string>()
  readonly found = new Map<string, string>()

  constructor(secrets: readonly string[]) {
    for (const secret of secrets) {
      for (let at = 0; at + width <= secret.length; at++) {
        const part = secret.slice(at, at + width)
        // what all tokens of a kind begin with is no secret
        if (!constant.test(part)) this.#parts.set(part, secret)
      }
    }
  }

  /** @param where named beside what is found there */
  look(text: string, where: string): void {
    for (let at = 0; at + width <= text.length; at++) {
      const secret = this.#parts.get(text.slice(at, at + width))
      if (secret !== undefined && !this.found.has(secret)) this.found.set(secret, where)
    }
  }

  async lookInFolder(folder: string): Promise<number> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    let bytes = 0
    for (const entry of entries) {
      if (!entry.isFile()) continue
      const file = path.join(entry.parentPath, entry.name)
      const content = await readFile(file).catch(() => Buffer.alloc(0))
      bytes += content.length
      this.look(content.toString('latin1'), file)
    }
    return bytes
  }

  /** All columns of all rows, as the engine has them unpacked. */
  async lookInTables(store: Store): Promise<number> {
    let rows = 0
    for (const signal of signals) {
      const all = await store.query<{ row: string }>(
        `SELECT toJSONString(tuple(*)) AS row FROM ${store.database}.${eventTables[signal].name}`,
      )
      rows += all.length
      for (const { row } of all) this.look(row.replaceAll('\\/', '/'), signal)
    }
    return rows
  }
}

const constant =
  /^(?:eyJ|[A-Za-z0-9]*bGci|.*NiJ9|sk-ant|github_pat|.*fgithub|t-api03)|I1NiJ|JIUzI|cGci|OiJI/
