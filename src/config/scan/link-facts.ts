/** From the facts of single files to what the repository reads: pure. */
import type {
  DefaultValue,
  DynamicRead,
  KeyRead,
  ReadTier,
  Residual,
  UnparsedFile,
} from '../key-read.ts'
import { componentsOf } from '../repository/component-of.ts'
import { phaseOf } from '../repository/phase-of.ts'
import type { AccessorValue } from './accessor-values.ts'
import type { FactRead, FactUse, FileFacts, Place } from './file-facts.ts'
import { filledSchemas } from './filled-schemas.ts'
import { isKeyName, isKeyTemplate } from './key-names.ts'
import { moduleFiles } from './module-files.ts'
import type { ScanInput } from './scan-input.ts'
import { symbolValues } from './symbol-values.ts'

export interface Linked {
  /** In order of file, line and key; each read told once. */
  reads: KeyRead[]
  residual: Residual
}

const strength: Record<ReadTier, number> = {
  direct: 0,
  schema: 1,
  binding: 2,
  alias: 3,
  accessor: 4,
  reference: 5,
}

export function linkFacts(input: ScanInput): Linked {
  const { facts } = input
  const values = symbolValues(facts, moduleFiles(input), input.accessors)
  const componentOf = componentsOf(input.files)
  const found = new Map<string, KeyRead>()
  const dynamic: DynamicRead[] = []
  const wholeObject: DynamicRead[] = []
  const unparsed: UnparsedFile[] = []

  function add(file: string, it: FileFacts, read: FactRead, certain = false): void {
    const template = read.key.includes('*')
    const sure = certain ? 'binding' : read.tier
    if (template ? !isKeyTemplate(read.key, read.tier) : !isKeyName(read.key, sure)) return
    const { key, line, column, tier, phase, ...rest } = read
    const told: KeyRead = {
      key,
      template,
      tier,
      language: it.language,
      location: { file, line, column },
      component: componentOf(file),
      phase: phaseOf(file) === 'test' ? 'test' : (phase ?? phaseOf(file)),
      // .NET's configuration compares names without regard to case
      ...(it.language === 'csharp' &&
        (tier === 'schema' || tier === 'binding') && { anyCase: true }),
      ...rest,
    }
    const name = `${file}\0${line}\0${key}`
    const other = found.get(name)
    if (other === undefined) found.set(name, told)
    else
      found.set(
        name,
        strength[tier] < strength[other.tier] ? { ...other, ...told } : { ...told, ...other },
      )
  }

  const residual = (
    list: DynamicRead[],
    file: string,
    it: FileFacts,
    at: Place & { text: string },
  ): void => {
    list.push({
      language: it.language,
      location: { file, line: at.line, column: at.column },
      text: at.text.slice(0, 80),
    })
  }

  const filled = filledSchemas(facts, values)
  const prefixes = configurationPrefixes(facts)
  /** What .NET's configuration is asked for, under each prefix that its environment is read with. */
  function underPrefixes(file: string, it: FileFacts, read: FactRead): void {
    if (it.language !== 'csharp' || prefixes.length === 0) return
    if (read.key.endsWith('_*') || phaseOf(file) === 'test') return
    for (const prefix of prefixes) add(file, it, { ...read, key: prefix + read.key })
  }
  for (const [file, it] of facts) {
    for (const { within, unless, ...read } of it.reads) {
      if (within !== undefined && filled.filled(file, within)) continue
      const schema = unless === undefined ? undefined : values.valueOf(file, unless)
      if (schema?.is === 'schema' && filled.filled(schema.file, schema.schema)) continue
      add(file, it, read)
      if (read.tier === 'binding') underPrefixes(file, it, read)
    }
    for (const at of it.dynamic) residual(dynamic, file, it, at)
    for (const at of it.wholeObject) residual(wholeObject, file, it, at)
    for (const at of it.unparsed) {
      unparsed.push({ location: { file, line: at.line, column: at.column }, reason: at.reason })
    }
    for (const { schema, prefix, of: _, separator: __, ...field } of filled.fieldsOf(file)) {
      const read: FactRead = { ...field, key: prefix + field.key, tier: 'schema', via: schema }
      add(file, it, read)
      underPrefixes(file, it, read)
    }
    for (const use of it.uses) {
      const value = values.valueOf(file, use.path)
      if (value === undefined) continue
      if (value.is === 'schema') {
        const key = use.how === 'member' ? use.key : undefined
        if (key !== undefined && filled.has(value, key)) {
          add(file, it, { ...readOf(use, key), tier: 'schema', via: use.path.join('.') })
        }
        continue
      }
      if (value.is !== 'environment' && value.is !== 'accessor') continue
      if (use.how === 'whole') {
        if (value.is === 'environment')
          residual(wholeObject, file, it, { ...use, text: use.text ?? '' })
        continue
      }
      if (value.is === 'accessor' && use.how === 'member') continue
      const keys = keysOf(use, value.is === 'accessor' ? value : undefined, (path) => {
        const text = values.valueOf(file, path)
        return text?.is === 'text' ? text.texts : undefined
      })
      if (keys === undefined) {
        if (use.text !== undefined) residual(dynamic, file, it, { ...use, text: use.text })
        continue
      }
      for (const key of keys) {
        if (value.is === 'environment') {
          const tier = use.path.length === 0 ? 'direct' : 'alias'
          const via = use.path.length === 0 ? {} : { via: nameOf(use.path) }
          add(file, it, { ...readOf(use, value.prefix + key), tier, ...via })
          continue
        }
        add(file, it, accessorRead(use, key, value), value.named)
        for (const suffix of value.also ?? []) {
          const { line, column } = use
          const { key: twin, via } = accessorRead(use, key + suffix, value)
          add(file, it, { key: twin, tier: 'accessor', line, column, ...(via && { via }) })
        }
      }
    }
  }
  const reads = [...found.values()].toSorted(
    (a, b) =>
      (a.location.file < b.location.file ? -1 : a.location.file > b.location.file ? 1 : 0) ||
      a.location.line - b.location.line ||
      (a.key < b.key ? -1 : 1),
  )
  return { reads, residual: { dynamic, wholeObject, unparsed } }
}

/** `AddEnvironmentVariables("ACME_")`, and providers that leave out a prefix: at most a few in a repository. */
function configurationPrefixes(facts: ReadonlyMap<string, FileFacts>): string[] {
  const prefixes = new Set<string>()
  for (const [file, { language, symbols }] of facts) {
    if (language !== 'csharp' || phaseOf(file) === 'test') continue
    for (const { name, meaning } of symbols)
      if (name === '@configuration-prefix' && meaning.is === 'text')
        for (const text of meaning.texts) prefixes.add(text)
  }
  return [...prefixes].slice(0, 3)
}

/** A local name may carry the place of its scope: `env@120`. */
const nameOf = (path: readonly string[]): string =>
  path.map((part) => part.replace(/^@|@\d+$/g, '')).join('.')

/** Keys that a use names; undefined = nobody can tell from the text. */
function keysOf(
  use: FactUse,
  accessor: AccessorValue | undefined,
  textsOf: (path: string[]) => readonly string[] | undefined,
): readonly string[] | undefined {
  const { keyParameter, rest, joined } = accessor ?? {}
  const argument = use.argument ?? 0
  if (joined !== undefined && keyParameter !== undefined) {
    const parts: string[] = []
    for (let at = keyParameter; use.arguments?.[at] !== undefined; at++)
      parts.push(use.arguments[at]!)
    return parts.length === 0 ? undefined : [parts.join(joined)]
  }
  if (
    keyParameter !== undefined &&
    argument !== keyParameter &&
    !(rest && argument > keyParameter)
  ) {
    const other = use.arguments?.[keyParameter]
    return other === undefined ? undefined : [other]
  }
  if (use.key !== undefined) return [use.key]
  return use.keyOf === undefined ? undefined : textsOf(use.keyOf)
}

function readOf(use: FactUse, key: string): Omit<FactRead, 'tier'> {
  const { line, column, required, type, sink } = use
  return {
    key,
    line,
    column,
    ...(use.default === undefined ? {} : { default: use.default }),
    ...(required === undefined ? {} : { required }),
    ...(type === undefined ? {} : { type }),
    ...(sink === undefined ? {} : { sink }),
  }
}

const environmentName = (text: string, between: string): string =>
  text.toUpperCase().replaceAll('.', between).replaceAll(/[-\s]/g, '_')

function accessorRead(use: FactUse, key: string, value: AccessorValue): FactRead {
  const plain = readOf(use, key)
  const whole = value.prefix + key + value.suffix
  const given =
    value.defaultParameter === undefined ? undefined : use.arguments?.[value.defaultParameter]
  const fallback: DefaultValue | undefined =
    use.default ?? (given === undefined ? value.default : { literal: given, forEmpty: false })
  const required = plain.required ?? (fallback === undefined ? value.required : undefined)
  const type = plain.type ?? value.type
  return {
    ...plain,
    key: value.upperCased ? environmentName(whole, value.separator ?? '_') : whole,
    ...(value.anyCase ? { anyCase: true } : {}),
    tier: 'accessor',
    via: nameOf(use.path),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(required === undefined ? {} : { required }),
    ...(type === undefined ? {} : { type }),
  }
}
