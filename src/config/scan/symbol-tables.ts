/** The names of each file, and those that files share without importing them. */
import type { Language } from '../key-read.ts'
import type { FactImport, FactSymbol, FileFacts } from './file-facts.ts'
import { folderOf } from './module-files.ts'

/** Languages whose classes and functions are found by their name alone. */
export const globalNames = new Set<Language>(['java', 'kotlin', 'ruby', 'csharp', 'php', 'rust'])

export interface Table {
  symbols: Map<string, FactSymbol[]>
  exports: Map<string, FactSymbol[]>
  imports: Map<string, FactImport>
  open: FactImport[]
  passed: Map<string, FactImport>
  passedAll: FactImport[]
}

export function tableOf(facts: FileFacts): Table {
  const table: Table = {
    symbols: new Map(),
    exports: new Map(),
    imports: new Map(),
    open: [],
    passed: new Map(),
    passedAll: [],
  }
  const put = (map: Map<string, FactSymbol[]>, name: string, symbol: FactSymbol): void => {
    const list = map.get(name)
    if (list === undefined) map.set(name, [symbol])
    else list.push(symbol)
  }
  for (const symbol of facts.symbols) {
    put(table.symbols, symbol.name, symbol)
    if (symbol.exported !== undefined) put(table.exports, symbol.exported, symbol)
  }
  for (const it of facts.imports) {
    if (it.name === '*' && it.exported === undefined) table.open.push(it)
    else if (it.name !== '' && it.name !== '*') table.imports.set(it.name, it)
    if (it.exported === '*') table.passedAll.push(it)
    else if (it.exported !== undefined) table.passed.set(it.exported, it)
  }
  return table
}

export const familyOf = (language: Language): string => (language === 'kotlin' ? 'java' : language)

export function globalsOf(facts: ReadonlyMap<string, FileFacts>): Map<string, string[]> {
  const globals = new Map<string, string[]>()
  for (const [file, { language, symbols }] of facts) {
    if (!globalNames.has(language)) continue
    for (const { exported } of symbols) {
      if (exported === undefined) continue
      const name = `${familyOf(language)}\0${exported}`
      const list = globals.get(name) ?? []
      if (!list.includes(file)) list.push(file)
      globals.set(name, list)
    }
  }
  return globals
}

/** Files that share their names without importing them: a Go package, a Java package. */
export function siblingsOf(facts: ReadonlyMap<string, FileFacts>): Map<string, string[]> {
  const siblings = new Map<string, string[]>()
  for (const [file, it] of facts) {
    const key = siblingKey(file, it)
    if (key === undefined || it.symbols.length === 0) continue
    siblings.set(key, [...(siblings.get(key) ?? []), file])
  }
  return siblings
}

export function siblingKey(file: string, { language, namespace }: FileFacts): string | undefined {
  if (language === 'go') return `go\0${folderOf(file)}`
  if (globalNames.has(language) && namespace !== undefined)
    return `${familyOf(language)}\0${namespace}`
  return undefined
}

/** Files by the names that they give the whole repository: those that begin with `@`. */
export function sharedOf(facts: ReadonlyMap<string, FileFacts>): Map<string, string[]> {
  const shared = new Map<string, string[]>()
  for (const [file, { symbols }] of facts) {
    for (const { name } of symbols) {
      if (name.startsWith('@')) shared.set(name, [...(shared.get(name) ?? []), file])
    }
  }
  return shared
}

/** The file with the longest path in common. */
export function nearestOf(file: string, others: readonly string[]): string | undefined {
  const parts = file.split('/')
  const common = (other: string): number => {
    const theirs = other.split('/')
    const at = parts.findIndex((part, i) => part !== theirs[i])
    return at < 0 ? parts.length : at
  }
  return others.toSorted((a, b) => common(b) - common(a))[0]
}
