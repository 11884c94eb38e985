/** What names stand for, across files: pure, and lazy; whatever goes in circles stands for nothing. */
import type { ValueType } from '../key-read.ts'
import {
  accessorOn,
  accessorThrough,
  type AccessorValue,
  namedAccessors,
} from './accessor-values.ts'
import type { FactImport, FactSymbol, FileFacts, Meaning, SymbolPath } from './file-facts.ts'
import type { ModuleFiles } from './module-files.ts'
import type { NamedAccessor } from './scan-input.ts'
import {
  familyOf,
  globalNames,
  globalsOf,
  nearestOf,
  sharedOf,
  siblingKey,
  siblingsOf,
  tableOf,
} from './symbol-tables.ts'

export type SymbolValue =
  | { is: 'environment'; prefix: string }
  | AccessorValue
  | { is: 'object'; file: string; origin: string; members: Readonly<Record<string, Meaning>> }
  | { is: 'schema'; file: string; schema: string; extends: readonly SymbolPath[]; prefix: string }
  | { is: 'text'; texts: readonly string[] }
  | { is: 'module'; files: readonly string[]; module: string; from: string }

export interface SymbolValues {
  /** What a path stands for, seen from a file. */
  valueOf(file: string, path: SymbolPath): SymbolValue | undefined
}

const maximumDepth = 40
const mostCopies = 6

/** Two functions that make the same key of the same argument. */
const sameLookup = (a: SymbolValue, b: SymbolValue | undefined): boolean =>
  a.is === 'accessor' &&
  b?.is === 'accessor' &&
  a.keyParameter === b.keyParameter &&
  a.prefix === b.prefix &&
  a.suffix === b.suffix &&
  a.upperCased === b.upperCased &&
  a.joined === b.joined

/** Methods that an environment has in one language or another. */
const lookups = new Set([
  'get', 'fetch', 'getOrDefault', 'pop', 'has', 'dig', 'getenv', 'containsKey', 'setdefault', 'getProperty',
]) // prettier-ignore
const refinements = new Map<string, ValueType | ''>([
  ['int', 'integer'], ['integer', 'integer'], ['bool', 'boolean'], ['boolean', 'boolean'], ['float', 'number'],
  ['number', 'number'], ['str', 'string'], ['string', 'string'], ['json', 'json'], ['list', 'list'], ['array', 'list'],
  ['url', 'url'], ['date', ''], ['get', ''], ['optional', ''], ['required', ''],
]) // prettier-ignore

export function symbolValues(
  facts: ReadonlyMap<string, FileFacts>,
  filesOf: ModuleFiles,
  accessors: readonly NamedAccessor[] = [],
): SymbolValues {
  const named = namedAccessors(accessors)
  const tables = new Map([...facts].map(([file, it]) => [file, tableOf(it)]))
  const globals = globalsOf(facts)
  const siblings = siblingsOf(facts)
  const shared = sharedOf(facts)
  const known = new Map<string, SymbolValue | undefined>()
  const open = new Set<string>()
  let handed: Map<string, { file: string; from: SymbolPath }[]> | undefined

  function guarded(name: string, compute: () => SymbolValue | undefined): SymbolValue | undefined {
    if (known.has(name)) return known.get(name)
    if (open.has(name) || open.size > maximumDepth) return undefined
    open.add(name)
    const value = compute()
    open.delete(name)
    known.set(name, value)
    return value
  }

  function valueOf(file: string, path: SymbolPath): SymbolValue | undefined {
    if (path.length === 0) return { is: 'environment', prefix: '' }
    return guarded(`${file}\0${path.join('\0')}`, () => {
      for (let taken = Math.min(path.length, 3); taken > 0; taken--) {
        const found = nameValue(file, path.slice(0, taken).join('.'))
        if (found === undefined) continue
        return path.slice(taken).reduce<SymbolValue | undefined>(memberOf, found)
      }
      return undefined
    })
  }

  function nameValue(file: string, name: string): SymbolValue | undefined {
    const table = tables.get(file)
    if (table === undefined) return undefined
    const own = firstMeaning(file, table.symbols.get(name))
    if (own !== undefined) return own
    if (name.startsWith('@')) return sharedValue(file, name)
    const imported = table.imports.get(name)
    if (imported !== undefined) return importValue(file, imported)
    for (const all of table.open) {
      for (const target of filesOf(file, all.module, facts.get(file)!.language)) {
        const found = exportValue(target, name)
        if (found !== undefined) return found
      }
    }
    return globalValue(file, name)
  }

  /** `@viper`: what a library keeps for the whole program, from the file that lies nearest. */
  function sharedValue(file: string, name: string): SymbolValue | undefined {
    const near = nearestOf(file, shared.get(name) ?? [])
    return near === undefined ? undefined : exportValue(near, name)
  }

  function globalValue(file: string, name: string): SymbolValue | undefined {
    const { language, namespace } = facts.get(file)!
    for (const near of siblings.get(siblingKey(file, facts.get(file)!) ?? '') ?? []) {
      if (near === file) continue
      const found = firstMeaning(near, tables.get(near)!.symbols.get(name))
      if (found !== undefined) return found
    }
    if (!globalNames.has(language)) return undefined
    const last = name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf('\\')) + 1)
    const places = globals.get(`${familyOf(language)}\0${last}`) ?? []
    const near = places.filter((it) => facts.get(it)!.namespace === namespace)
    const places1 = near.length === 1 ? near : places
    if (places1.length === 1) return exportValue(places1[0]!, last)
    if (places1.length > mostCopies) return undefined
    // one helper that several packages hold a copy of
    const copies = places1.map((it) => exportValue(it, last))
    return copies.every((it) => it !== undefined && sameLookup(it, copies[0]))
      ? copies[0]
      : undefined
  }

  function importValue(file: string, it: FactImport): SymbolValue | undefined {
    const { language } = facts.get(file)!
    const files = filesOf(file, it.module, language)
    if (it.imported === '*') {
      for (const target of files) {
        const whole = firstMeaning(target, tables.get(target)?.exports.get('*'))
        if (whole !== undefined) return whole
      }
      return { is: 'module', files, module: it.module, from: file }
    }
    for (const target of files) {
      const found = exportValue(target, it.imported)
      if (found !== undefined) return found
    }
    // `from package import module`
    const inner = filesOf(
      file,
      `${it.module}${it.module.endsWith('.') ? '' : '.'}${it.imported}`,
      language,
    )
    if (language === 'python' && inner.length > 0) {
      return { is: 'module', files: inner, module: `${it.module}.${it.imported}`, from: file }
    }
    return files.length === 0 && globalNames.has(language)
      ? globalValue(file, it.imported)
      : undefined
  }

  function exportValue(file: string, name: string): SymbolValue | undefined {
    const table = tables.get(file)
    if (table === undefined) return undefined
    return guarded(`${file}\0\0${name}`, () => {
      const own = firstMeaning(file, table.exports.get(name))
      if (own !== undefined) return own
      const passed = table.passed.get(name)
      if (passed !== undefined) return importValue(file, passed)
      for (const all of table.passedAll) {
        for (const target of filesOf(file, all.module, facts.get(file)!.language)) {
          const found = name === 'default' ? undefined : exportValue(target, name)
          if (found !== undefined) return found
        }
      }
      // CommonJS: the module is what was assigned to `module.exports`
      const whole = firstMeaning(file, table.exports.get('*'))
      return whole === undefined || name === 'default' ? whole : memberOf(whole, name)
    })
  }

  function firstMeaning(
    file: string,
    symbols: readonly FactSymbol[] | undefined,
  ): SymbolValue | undefined {
    for (const symbol of symbols ?? []) {
      const found = meaningValue(file, symbol.meaning, `${file}#${symbol.name}`)
      if (found !== undefined) return found
    }
    return undefined
  }

  function memberOf(value: SymbolValue | undefined, name: string): SymbolValue | undefined {
    if (value === undefined) return undefined
    switch (value.is) {
      case 'environment':
        return lookups.has(name)
          ? accessorOn(value.prefix, { keyParameter: 0, defaultParameter: 1 }, 'environment')
          : undefined
      case 'object': {
        const member = Object.hasOwn(value.members, name) ? value.members[name] : undefined
        if (member !== undefined) {
          const origin = `${value.origin}.${name}`
          return guarded(`${value.file}\0member\0${origin}`, () =>
            meaningValue(value.file, member, origin),
          )
        }
        return undefined
      }
      case 'module': {
        for (const file of value.files) {
          const found = exportValue(file, name)
          if (found !== undefined) return found
        }
        const { language } = facts.get(value.from)!
        const inner =
          language === 'python' ? filesOf(value.from, `${value.module}.${name}`, language) : []
        if (inner.length > 0) {
          return { is: 'module', files: inner, module: `${value.module}.${name}`, from: value.from }
        }
        return value.files.length === 0 && globalNames.has(language)
          ? globalValue(value.from, name)
          : undefined
      }
      case 'accessor': {
        // a lookup that is refined: `env.bool`, where `env` looks up itself
        const type = refinements.get(name)
        return type === undefined ? undefined : { ...value, ...(type === '' ? {} : { type }) }
      }
      case 'schema':
      case 'text':
        break
    }
    return undefined
  }

  function meaningValue(file: string, meaning: Meaning, origin: string): SymbolValue | undefined {
    switch (meaning.is) {
      case 'environment':
        return { is: 'environment', prefix: meaning.prefix ?? '' }
      case 'same':
        return valueOf(file, meaning.of)
      case 'object':
        return { is: 'object', file, origin, members: meaning.members }
      case 'schema':
        return {
          is: 'schema',
          file,
          schema: meaning.schema,
          extends: meaning.extends ?? [],
          prefix: meaning.prefix ?? '',
        }
      case 'text':
        return { is: 'text', texts: meaning.texts }
      case 'parameter': {
        const value = valueOf(file, meaning.of)
        if (value === undefined || !('origin' in value)) return undefined
        for (const { file: at, from } of handovers().get(`${value.origin}\0${meaning.index}`) ??
          []) {
          const found = valueOf(at, from)
          if (found !== undefined) return found
        }
        return undefined
      }
      case 'accessor':
        break
    }
    const base = meaning.of === undefined ? valueOf(file, []) : valueOf(file, meaning.of)
    if (base?.is === 'environment') return accessorOn(base.prefix, meaning, origin)
    if (base?.is !== 'accessor') return undefined
    const fits = meaning.argument === undefined || meaning.argument === base.keyParameter
    return fits ? accessorThrough(base, meaning, origin) : undefined
  }

  function handovers(): Map<string, { file: string; from: SymbolPath }[]> {
    if (handed !== undefined) return handed
    handed = new Map()
    for (const [file, it] of facts) {
      for (const { to, argument, from } of it.handovers ?? []) {
        const target = valueOf(file, to)
        if (target === undefined || !('origin' in target)) continue
        const name = `${target.origin}\0${argument}`
        handed.set(name, [...(handed.get(name) ?? []), { file, from: from ?? [] }])
      }
    }
    // what was asked before the handovers were known may have another answer now
    known.clear()
    return handed
  }

  return {
    valueOf(file, path) {
      handovers()
      return named(path) ?? valueOf(file, path)
    },
  }
}
