/** Annotations of Spring, MicroProfile, Quarkus, Micronaut and picocli that name keys. */
import type { FactRead, FileFacts } from '../../file-facts.ts'
import { typeNamed } from '../curly/around.ts'
import { splitRange } from '../curly/calls.ts'
import type { Range } from '../curly/calls.ts'
import { isKey, keyExpression } from '../curly/key-expression.ts'
import type { CurlyFile } from '../curly/curly-file.ts'
import { isEnvironmentName, referencesIn } from '../reference/references.ts'
import { bindableClasses, boundProperties } from './bound-properties.ts'
import { microprofileName, relaxedName } from './property-names.ts'

export function jvmAnnotations(file: CurlyFile, facts: FileFacts): void {
  const { tokens, text } = file
  bindableClasses(file, facts)
  const micronaut = text.includes('io.micronaut')
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'string') {
      environmentPlaceholders(token.text, token, facts)
      continue
    }
    if (token.text !== '@' || tokens[at + 1]?.kind !== 'name') continue
    // Kotlin: `@field:Value("...")`, `@get:...`
    let nameAt = tokens[at + 2]?.text === ':' && tokens[at + 3]?.kind === 'name' ? at + 3 : at + 1
    while (tokens[nameAt + 1]?.text === '.' && tokens[nameAt + 2]?.kind === 'name') nameAt += 2
    const open = nameAt + 1
    const bracket = tokens[open]
    if (bracket?.text !== '(' || bracket.match < 0) continue
    const close = bracket.match
    const given = parametersOf(file, { start: open + 1, end: close })
    const one = (...names: string[]): string | undefined =>
      names.map((name) => given.get(name)?.[0]).find((v) => v !== undefined)
    const place = { line: token.line, column: token.column }
    const via = `@${tokens[nameAt]!.text}`
    const read = (key: string | undefined, more: Partial<FactRead>): void => {
      if (key !== undefined && isKey(key, true) && key !== '*')
        facts.reads.push({ key, tier: 'binding', ...place, via, ...more })
    }
    const type = typeBehind(file, close)
    const typed = type ? { type } : {}
    switch (tokens[nameAt]!.text) {
      case 'Value':
        for (const reference of referencesIn(one('value', '') ?? '', {
          properties: true,
          colonDefault: true,
        })) {
          const standIn = reference.default
          const missing = standIn
            ? { default: { ...standIn, forEmpty: false } }
            : { required: true }
          read(relaxedName(reference.key), { ...missing, ...typed })
        }
        break
      case 'ConfigProperty': {
        const name = one('name')
        const standIn = one('defaultValue')
        const missing =
          standIn === undefined
            ? { required: true }
            : { default: { literal: standIn, forEmpty: false } }
        if (name) read(microprofileName(name), { ...missing, ...typed })
        break
      }
      case 'Property': {
        const name = micronaut ? one('name') : undefined
        const standIn = one('defaultValue')
        if (name)
          read(microprofileName(name), {
            ...typed,
            ...(standIn !== undefined && { default: { literal: standIn, forEmpty: false } }),
          })
        break
      }
      case 'ConditionalOnProperty':
      case 'ConditionalOnBooleanProperty': {
        const prefix = one('prefix')
        for (const name of [
          ...(given.get('name') ?? []),
          ...(given.get('value') ?? []),
          ...(given.get('') ?? []),
        ])
          read(relaxedName(prefix ? `${prefix.replace(/\.$/, '')}.${name}` : name), {
            required: false,
          })
        break
      }
      case 'ConditionalOnEnvironmentVariable':
      case 'EnabledIfEnvironmentVariable':
      case 'DisabledIfEnvironmentVariable':
        read(one('named', 'name', 'value', ''), {})
        break
      case 'ConfigurationProperties':
        boundProperties(
          file,
          facts,
          close,
          one('prefix', 'value', '') ?? '',
          micronaut ? 'micronaut' : 'spring',
          read,
        )
        break
      case 'ConfigMapping':
        boundProperties(file, facts, close, one('prefix', '') ?? '', 'mapping', read)
        break
      case 'Option':
      case 'Parameters':
        for (const reference of referencesIn(one('defaultValue') ?? '', { colonDefault: true }))
          if (isEnvironmentName(reference.key) && !(one('defaultValue') ?? '').includes('${env:'))
            read(reference.key, typed)
        break
      default:
    }
  }
}

/** `${env:KEY}` and `${ENV:KEY}` mean the environment wherever they stand (picocli, log4j, commons-text). */
function environmentPlaceholders(
  text: string,
  place: { line: number; column: number },
  facts: FileFacts,
): void {
  if (!/\$\{env[:.]/i.test(text)) return
  for (const reference of referencesIn(text, { colonDefault: true })) {
    if (!/^\$\{env[:.]/i.test(text.slice(reference.offset)) || !isEnvironmentName(reference.key))
      continue
    const { key, default: standIn } = reference
    facts.reads.push({
      key,
      tier: 'reference',
      line: place.line,
      column: place.column,
      ...(standIn && { default: standIn }),
    })
  }
}

/** Texts by the parameter's name; '' = without one. */
function parametersOf(file: CurlyFile, range: Range): Map<string, string[]> {
  const { tokens } = file
  const given = new Map<string, string[]>()
  for (const part of splitRange(tokens, range, ',')) {
    const named = tokens[part.start]?.kind === 'name' && tokens[part.start + 1]?.text === '='
    const name = named ? tokens[part.start]!.text : ''
    let value: Range = named ? { start: part.start + 2, end: part.end } : part
    const first = tokens[value.start]
    const list = first && (first.text === '{' || first.text === '[') && first.match > 0
    if (list) value = { start: value.start + 1, end: first.match }
    for (const element of list ? splitRange(tokens, value, ',') : [value]) {
      const { key } = keyExpression(tokens, file.text, element, file.constants)
      const only = tokens[element.start]
      const text = element.end - element.start === 1 && only?.kind === 'string' ? only.text : key
      if (text !== undefined) given.set(name, [...(given.get(name) ?? []), text])
    }
  }
  return given
}

const modifiers = new Set(
  'public private protected final static val var lateinit volatile transient @ override'.split(' '),
)

/** Of what an annotation stands before: `private int port`, `val port: Int`. */
function typeBehind(file: CurlyFile, close: number): ReturnType<typeof typeNamed> {
  const { tokens } = file
  for (let at = close + 1; at < close + 10; at++) {
    const token = tokens[at]
    if (!token) return undefined
    if (modifiers.has(token.text)) continue
    if (token.kind !== 'name') return undefined
    const name = tokens[at + 1]?.text === ':' ? tokens[at + 2] : token
    return name ? typeNamed(name.text) : undefined
  }
  return undefined
}
