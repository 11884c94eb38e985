import type { FactRead, FileFacts } from '../../file-facts.ts'
import { literalAt, typeNamed } from '../curly/around.ts'
import { splitRange } from '../curly/calls.ts'
import type { CurlyFile } from '../curly/curly-file.ts'
import { innermost } from '../curly/scopes.ts'
import type { ClassScope } from '../curly/scopes.ts'
import { kebabCased, microprofileName, relaxedName } from './property-names.ts'

interface Field {
  name: string
  /** Its words: `Map<String, Pool>` is `['Map', 'String', 'Pool']`. */
  type: string[]
  at: number
  /** Its name as an annotation gives it. */
  named?: string
  valueAt?: number
}

const maxNesting = 5
const plain = /^(?:String|CharSequence|Character|UUID|Path|File|Class|Locale|Pattern|Resource)$/
const skipped = new Set([
  'static',
  'class',
  'interface',
  'enum',
  'return',
  'package',
  'import',
  'new',
  'throw',
])

/** A class that other files may hold in one that is bound: its name as a schema. */
const schemaOf = (name: string): string => `${name}~bound`

/** A class that is named like settings, as most are that are bound. */
export const maySettle =
  /\b(?:class|record)\s+\w*(?:Properties|Props|Config|Configuration|Settings|Options)\b/

/** Fields of classes that are named like settings, for what binds them in another file. */
export function bindableClasses(file: CurlyFile, facts: FileFacts): void {
  if (!maySettle.test(file.text)) return
  for (const scope of file.classes) {
    if (scope.kind !== 'class' && scope.kind !== 'record') continue
    const schema = schemaOf(scope.name)
    const fields = inheritedFields(file, scope, false)
    for (const field of fields) {
      const key = relaxedName(kebabCased(field.name))
      if (key === undefined || facts.fields.length > 5000) continue
      const { line, column } = file.tokens[field.at]!
      const type = field.type.map(typeNamed).find(Boolean)
      const of = isClass(field) ? [schemaOf(field.type.at(-1)!)] : undefined
      facts.fields.push({
        schema,
        key,
        line,
        column,
        ...(of && { of, separator: isMany(field) ? '_*_' : '_' }),
        ...(type && !of && { type }),
      })
    }
    if (fields.length > 0)
      facts.symbols.push({ name: schema, exported: schema, meaning: { is: 'schema', schema } })
  }
}

const isMany = ({ type }: Field): boolean =>
  type.includes('Map') || type.slice(0, -1).some((word) => typeNamed(word) === 'list')

const isClass = ({ type }: Field): boolean =>
  /^[A-Z]/.test(type.at(-1)!) && typeNamed(type.at(-1)!) === undefined && !plain.test(type.at(-1)!)

/** The properties that a framework fills a class with, and the classes that are its fields' types in the same file. */
export function boundProperties(
  file: CurlyFile,
  facts: FileFacts,
  after: number,
  prefix: string,
  framework: 'spring' | 'micronaut' | 'mapping',
  read: (key: string | undefined, more: Partial<FactRead>) => void,
): void {
  const bound = file.classes.find(
    (one) => one.at > after && one.at < after + 80 && one.kind !== 'object',
  )
  const method = file.tokens
    .slice(after, bound?.at ?? after)
    .some((token) => token.text === '{' || token.text === ';')
  if (/[${]/.test(prefix)) return
  const under = (path: string): string | undefined =>
    framework === 'spring' ? relaxedName(path) : microprofileName(path)
  if (method) {
    // `@Bean @ConfigurationProperties("a.b") public Pool pool() { ... }`
    const open = file.tokens.findIndex(
      (token, at) =>
        at > after &&
        token.text === '(' &&
        file.tokens[at - 2]?.kind === 'name' &&
        file.tokens[at - 2]?.text !== '@' &&
        file.tokens[at - 2]?.text !== '.',
    )
    const type = open > 0 && open < after + 40 ? file.tokens[open - 2]! : undefined
    const name = under(prefix.replace(/\.$/, ''))
    if (type && name && /^[A-Z]/.test(type.text)) {
      const { line, column } = type
      facts.fillings.push({ schema: [schemaOf(type.text)], prefix: `${name}_`, line, column })
    }
    return
  }
  if (!bound) return
  const seen = new Set<ClassScope>()
  visit(bound, prefix.replace(/\.$/, ''), 0)

  function visit(scope: ClassScope, path: string, depth: number): void {
    if (depth > maxNesting || seen.has(scope)) return
    seen.add(scope)
    for (const field of inheritedFields(file, scope, framework === 'mapping')) {
      const own = field.named ?? kebabCased(field.name)
      const name = path ? `${path}.${own}` : own
      const inner = file.classes.find(
        (one) => one.kind !== 'enum' && field.type.at(-1) === one.name,
      )
      const isMap = field.type.includes('Map')
      const element = field.type.at(-1)!
      const isList = field.type.slice(0, -1).some((word) => typeNamed(word) === 'list')
      if (inner) {
        visit(inner, isMap || isList ? `${name}.*` : name, depth + 1)
        continue
      }
      // a list of texts or numbers may stand in one variable, a list of objects may not
      const many = isMap || (isList && typeNamed(element) === undefined && !plain.test(element))
      const key = under(name)
      if (key === undefined) continue
      const { line, column } = file.tokens[field.at]!
      const type = field.type.map(typeNamed).find(Boolean)
      const values =
        field.valueAt === undefined
          ? undefined
          : literalAt(file.tokens, { start: field.valueAt, end: field.valueAt + 1 }, false)
      const elsewhere = isClass(field) ? [schemaOf(element)] : undefined
      if (elsewhere)
        facts.fillings.push({
          schema: elsewhere,
          prefix: many ? `${key}_*_` : `${key}_`,
          line,
          column,
        })
      read(many ? `${key}_*` : key, {
        ...(elsewhere && { unless: elsewhere }),
        line,
        column,
        via: scope.name,
        ...(type && !many && { type }),
        ...(values?.literal !== undefined && { default: values }),
      })
    }
    seen.delete(scope)
  }
}

/** Fields of a class, and of the classes in the same file that it extends. */
function inheritedFields(file: CurlyFile, scope: ClassScope, methods: boolean): Field[] {
  const found = fieldsOf(file, scope, methods)
  let lower = scope
  for (let i = 0; i < maxNesting; i++) {
    const head = file.tokens.slice(lower.at, lower.body.start)
    const at = head.findIndex((token) => token.text === 'extends')
    const base = file.classes.find((one) => one !== lower && one.name === head[at + 1]?.text)
    if (at < 0 || base === undefined) break
    found.push(...fieldsOf(file, base, methods))
    lower = base
  }
  return found
}

/** Fields of a class; `methods`: an interface whose methods are the properties. */
export function fieldsOf(file: CurlyFile, scope: ClassScope, methods = false): Field[] {
  const { tokens } = file
  const fields: Field[] = []
  for (const part of scope.header ? splitRange(tokens, scope.header, ',') : []) {
    const field = fieldIn(file, part.start, part.end, true)
    if (field) fields.push(field)
  }
  let start = scope.body.start
  for (let at = start; at < scope.body.end && fields.length < 500; at++) {
    const token = tokens[at]!
    const kotlinEnd =
      token.line < (tokens[at + 1]?.line ?? 0) &&
      /^(?:val|var|private|@|lateinit|\})$/.test(tokens[at + 1]?.text ?? '')
    if (token.text === '{' && token.match > at) {
      at = token.match
      start = at + 1
      continue
    }
    if (token.text === '(' && token.match > at) {
      const name = tokens[at - 1]
      if (
        methods &&
        name?.kind === 'name' &&
        tokens[token.match + 1]?.text === ';' &&
        tokens[at - 2]?.text !== '@'
      ) {
        const type = tokens
          .slice(start, at - 1)
          .flatMap((one) => (one.kind === 'name' ? [one.text] : []))
        const named = nameGiven(file, start, at)
        fields.push({ name: name.text, type: type.slice(-2), at: at - 1, ...(named && { named }) })
      }
      at = token.match
      if (tokens[at + 1]?.text !== ';') continue
    }
    if (token.text !== ';' && !kotlinEnd) continue
    const field = methods
      ? undefined
      : fieldIn(file, start, token.text === ';' ? at : at + 1, false)
    if (field && !innermost(file.functions, field.at)) fields.push(field)
    start = at + 1
  }
  const last = methods ? undefined : fieldIn(file, start, scope.body.end, false)
  if (last) fields.push(last)
  return fields
}

/** `@WithName("the-port") int port();` */
function nameGiven({ tokens }: CurlyFile, from: number, end: number): string | undefined {
  for (let at = from; at < end; at++)
    if (tokens[at]!.text === 'WithName' && tokens[at + 2]?.kind === 'string')
      return tokens[at + 2]!.text
  return undefined
}

function fieldIn(file: CurlyFile, from: number, end: number, inHeader: boolean): Field | undefined {
  const { tokens } = file
  let start = from
  while (tokens[start]?.text === '@' && start < end) {
    start += 2
    while (tokens[start]?.text === '.') start += 2
    if (tokens[start]?.text === '(') start = tokens[start]!.match + 1
  }
  const words: string[] = []
  let name = -1
  for (let at = start; at < end; at++) {
    const token = tokens[at]!
    if (token.text === ':' && name >= 0) {
      // Kotlin
      const isProperty = tokens
        .slice(start, name)
        .some((one) => one.text === 'val' || one.text === 'var')
      if (!isProperty) return undefined
      const equals = tokens.slice(at, end).findIndex((one) => one.text === '=')
      const typeEnd = equals < 0 ? end : at + equals
      const type = tokens
        .slice(at + 1, typeEnd)
        .flatMap((one) => (one.kind === 'name' ? [one.text] : []))
      return {
        name: tokens[name]!.text,
        type,
        at: name,
        ...(equals >= 0 && { valueAt: at + equals + 1 }),
      }
    }
    if (token.text === '=') {
      if (words.length < 2 || name < 0) return undefined
      return { name: tokens[name]!.text, type: words.slice(0, -1), at: name, valueAt: at + 1 }
    }
    if (token.text === '(' || token.text === '{') return undefined
    if (token.kind !== 'name') continue
    if (skipped.has(token.text)) return undefined
    if (/^(?:public|private|protected|final|volatile|transient)$/.test(token.text)) continue
    words.push(token.text)
    name = at
  }
  if (name < 0 || words.length < 2 || (inHeader && words[0] === 'val')) return undefined
  return { name: tokens[name]!.text, type: words.slice(0, -1), at: name }
}
