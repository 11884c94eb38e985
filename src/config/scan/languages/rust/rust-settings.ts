/** Settings structs of clap, envy, envconfig, figment and config. */
import type { FileFacts } from '../../file-facts.ts'
import { literalAt, typeNamed } from '../curly/around.ts'
import { splitRange } from '../curly/calls.ts'
import type { Range } from '../curly/calls.ts'
import type { CurlyFile } from '../curly/curly-file.ts'
import { innermost } from '../curly/scopes.ts'
import type { Token } from '../curly/tokens.ts'

const attributes = new Set(['arg', 'clap', 'structopt', 'envconfig', 'option', 'argh', 'command'])

export function rustSettings(file: CurlyFile, facts: FileFacts): void {
  const { tokens } = file
  for (const scope of file.classes) {
    if (scope.kind !== 'struct') continue
    const deserialized = derives(tokens, scope.at, 'Deserialize')
    for (const part of splitRange(tokens, scope.body, ',')) {
      const field = fieldIn(tokens, part)
      if (!field) continue
      const { line, column } = tokens[field.at]!
      const name = tokens[field.at]!.text
      const optional = field.type[0] === 'Option'
      const type = field.type.map(typeNamed).find(Boolean)
      const typed = type ? { type } : {}
      for (const attribute of field.attributes) {
        if (!attributes.has(attribute.name)) continue
        const key = attribute.flags.has('env')
          ? name.toUpperCase()
          : (attribute.texts.get('env')?.literal ??
            constantOf(file, attribute.names.get('env')) ??
            (attribute.name === 'envconfig' ? attribute.texts.get('from')?.literal : undefined))
        if (key === undefined) continue
        const standIn =
          attribute.texts.get('default_value') ??
          attribute.texts.get('default_value_t') ??
          attribute.texts.get('default')
        facts.reads.push({
          key,
          tier: 'binding',
          line,
          column,
          ...typed,
          ...(standIn ? { default: standIn } : optional ? { required: false } : {}),
          via: scope.name,
        })
      }
      const own = field.attributes.some((one) => one.name === 'envconfig')
      if (!own && derives(tokens, scope.at, 'Envconfig'))
        facts.reads.push({
          key: name.toUpperCase(),
          tier: 'binding',
          line,
          column,
          ...typed,
          via: scope.name,
        })
      if (!deserialized) continue
      const serde = field.attributes.filter((one) => one.name === 'serde')
      const renamed = serde.map((one) => one.texts.get('rename')?.literal).find(Boolean)
      const inner = field.type.findLast((word) => /^[A-Z]/.test(word) && !wrappers.has(word))
      const flattened = serde.some((one) => one.flags.has('flatten'))
      if (serde.some((one) => one.flags.has('skip') || one.flags.has('skip_deserializing')))
        continue
      const hasDefault = serde.some((one) => one.flags.has('default') || one.texts.has('default'))
      facts.fields.push({
        schema: scope.name,
        key: flattened ? '' : (renamed ?? name).toUpperCase(),
        ...(inner !== undefined && { of: [inner], separator: flattened ? '' : '_' }),
        line,
        column,
        ...typed,
        required: !optional && !hasDefault,
      })
    }
    if (deserialized) {
      const symbol = { name: scope.name, exported: scope.name }
      facts.symbols.push({ ...symbol, meaning: { is: 'schema', schema: scope.name } })
    }
  }
  fillings(file, facts)
}

function fillings(file: CurlyFile, facts: FileFacts): void {
  const { tokens } = file
  for (const call of file.calls) {
    const name = call.path.at(-1)!
    const { line, column } = tokens[call.start]!
    const prefixOf = (): string | undefined => {
      const token = call.arguments[0] && tokens[call.arguments[0].start]
      return token?.kind === 'string' ? token.text : undefined
    }
    if (name === 'from_env' && (call.path[0] === 'envy' || call.path.includes('prefixed()'))) {
      const schema = call.generics[0] ?? typeAround(file, call.start)
      const opening = tokens.slice(call.start, call.at).find((token) => token.kind === 'string')
      if (schema)
        facts.fillings.push({
          schema: [schema],
          ...(opening && { prefix: opening.text }),
          line,
          column,
        })
    } else if (call.path.at(-2) === 'Env' && (name === 'prefixed' || name === 'raw')) {
      const prefix = name === 'prefixed' ? prefixOf() : ''
      const schema = typeAround(file, call.start)
      const separator = askedAfter(tokens, call.close, 'split')
      if (schema && prefix !== undefined)
        facts.fillings.push({
          schema: [schema],
          prefix,
          ...(separator && { separator }),
          line,
          column,
        })
      if (prefix && prefix.length > 3)
        facts.reads.push({ key: `${prefix}*`, tier: 'binding', line, column, via: 'Env' })
    } else if (call.path.at(-2) === 'Environment' && name === 'with_prefix') {
      const prefix = prefixOf()?.toUpperCase()
      const schema = typeAround(file, call.start)
      if (!prefix) continue
      const separator = askedAfter(tokens, call.close, 'separator')
      const joined = askedAfter(tokens, call.close, 'prefix_separator') ?? separator ?? '_'
      if (schema)
        facts.fillings.push({
          schema: [schema],
          prefix: prefix + joined,
          ...(separator && { separator }),
          line,
          column,
        })
      if (prefix.length >= 3)
        facts.reads.push({ key: `${prefix}_*`, tier: 'binding', line, column, via: 'Environment' })
    }
  }
}

/** The text that a method gets in the chain behind a call: `.separator("__")`. */
function askedAfter(tokens: readonly Token[], close: number, method: string): string | undefined {
  for (let at = close + 1; at < Math.min(tokens.length, close + 60); at++) {
    const { text } = tokens[at]!
    if (text === ';' || text === '}') return undefined
    if (text === method && tokens[at + 2]?.kind === 'string') return tokens[at + 2]!.text
  }
  return undefined
}

const wrappers = new Set([
  'Result',
  'Option',
  'Self',
  'Box',
  'Arc',
  'anyhow',
  'eyre',
  'figment',
  'config',
  'std',
])

/** The type that the statement says (`let c: Config =`, `.extract::<Config>()`), or that the function gives. */
function typeAround(file: CurlyFile, at: number): string | undefined {
  const { tokens } = file
  for (
    let cursor = at;
    cursor < Math.min(tokens.length, at + 120) && tokens[cursor]!.text !== '}';
    cursor++
  )
    if (
      /^(?:extract|try_deserialize|try_into)$/.test(tokens[cursor]!.text) &&
      tokens[cursor + 2]?.text === '<'
    )
      return tokens[cursor + 3]?.text
  for (
    let cursor = at - 1;
    cursor > 0 && at - cursor < 60 && !/^[;{}]$/.test(tokens[cursor]!.text);
    cursor--
  )
    if (tokens[cursor]!.text === ':' && tokens[cursor + 1]?.kind === 'name') {
      const type = tokens
        .slice(cursor + 1, cursor + 8)
        .find((one) => one.kind === 'name' && !wrappers.has(one.text))
      return type?.text
    }
  const scope = innermost(file.functions, at)
  if (!scope) return undefined
  const head = tokens.slice(scope.at, scope.body.start)
  const arrow = head.findIndex((token) => token.text === '->')
  const returned = arrow < 0 ? [] : head.slice(arrow).filter((token) => token.kind === 'name')
  if (returned.some((token) => token.text === 'Self'))
    return innermost(file.classes, scope.at)?.name
  return returned.find((token) => !wrappers.has(token.text))?.text
}

function derives(tokens: readonly Token[], at: number, trait: string): boolean {
  for (let cursor = at - 1; cursor > 0 && at - cursor < 60; cursor--) {
    const { text } = tokens[cursor]!
    if (text === '}' || text === ';') return false
    if (text === trait) return true
  }
  return false
}

interface Attribute {
  name: string
  /** Words without a value. */
  flags: Set<string>
  texts: Map<string, { literal: string | undefined; forEmpty: boolean }>
  /** Values that are a name, or a path of names: their last part. */
  names: Map<string, string>
}

const constantOf = (file: CurlyFile, name: string | undefined): string | undefined =>
  name === undefined ? undefined : file.constants.get(name)

function fieldIn(
  tokens: readonly Token[],
  part: Range,
): { at: number; type: string[]; attributes: Attribute[] } | undefined {
  const found: Attribute[] = []
  let at = part.start
  while (tokens[at]?.text === '#' && tokens[at + 1]?.text === '[' && tokens[at + 1]!.match > 0) {
    const close = tokens[at + 1]!.match
    const open = tokens[at + 3]
    const attribute: Attribute = {
      name: tokens[at + 2]?.text ?? '',
      flags: new Set(),
      texts: new Map(),
      names: new Map(),
    }
    if (open?.text === '(' && open.match > 0)
      for (const given of splitRange(tokens, { start: at + 4, end: open.match }, ',')) {
        const name = tokens[given.start]!.text
        const value =
          tokens[given.start + 1]?.text === '='
            ? { start: given.start + 2, end: given.end }
            : undefined
        if (value) attribute.texts.set(name, literalAt(tokens, value, false))
        else attribute.flags.add(name)
        const last = tokens[given.end - 1]
        if (value && last?.kind === 'name') attribute.names.set(name, last.text)
      }
    found.push(attribute)
    at = close + 1
  }
  if (tokens[at]?.text === 'pub')
    at += tokens[at + 1]?.text === '(' ? tokens[at + 1]!.match - at + 1 : 1
  if (at >= part.end || tokens[at]?.kind !== 'name' || tokens[at + 1]?.text !== ':')
    return undefined
  const type = tokens
    .slice(at + 2, part.end)
    .flatMap((one) => (one.kind === 'name' ? [one.text] : []))
  return { at, type, attributes: found }
}
