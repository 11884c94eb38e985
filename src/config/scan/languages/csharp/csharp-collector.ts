import type { FactImport, FileFacts } from '../../file-facts.ts'
import type { Collector } from '../../collector.ts'
import { literalAt, typeNamed } from '../curly/around.ts'
import { splitRange } from '../curly/calls.ts'
import type { Call } from '../curly/calls.ts'
import { collectCurly } from '../curly/collect.ts'
import { once } from '../curly/curly-file.ts'
import type { CurlyFile, CurlySpec, Lookup } from '../curly/curly-file.ts'
import type { ClassScope } from '../curly/scopes.ts'
import type { Token } from '../curly/tokens.ts'

/** `A:B` is `A__B` in the environment (Microsoft.Extensions.Configuration.EnvironmentVariables). */
function environmentName(path: string): string | undefined {
  return /^[A-Za-z_*][\w:.*-]*$/.test(path) ? path.replaceAll(':', '__') : undefined
}

const configurationTypes = /\bI?Configuration(?:Root|Section|Manager)?\b/
const configurationNames = /^_?(?:configuration|config|cfg|root)$/i

function lookup(call: Call, file: CurlyFile): Lookup | undefined {
  const [key, second] = call.arguments
  const owner = call.path.at(call.indexed ? -1 : -2)
  if (!key) return undefined
  const called = call.indexed ? '[]' : call.path.at(-1)!
  if (called === 'GetEnvironmentVariable') return { key, tier: 'direct' }
  if (called === '[]' || called === 'Contains' || called === 'ContainsKey')
    if (owner && (owner === 'GetEnvironmentVariables()' || file.aliases.has(owner)))
      return { key, tier: 'alias' }
  if (!owner || !once(file, 'configured', () => configurationTypes.test(file.text)))
    return undefined
  const sections = sectionsOf(call, file)
  const onConfiguration = sections !== undefined || isConfiguration(owner, file)
  if (!onConfiguration) return undefined
  const prefix = sections ? `${sections}:` : ''
  const named = (asked: string): string | undefined => environmentName(prefix + asked)
  const common = { key, tier: 'binding' as const, certain: true, named }
  if (called === '[]') return common
  if (called === 'GetValue') return { ...common, ...(second && { default: second }) }
  if (called === 'GetRequiredValue') return { ...common, required: true }
  if (called === 'GetConnectionString')
    return { ...common, named: (asked) => environmentName(`ConnectionStrings:${asked}`) }
  return undefined
}

function isConfiguration(owner: string, file: CurlyFile): boolean {
  const name = owner.replace(/\(\)$/, '')
  if (configurationNames.test(name)) return true
  const typed = once(file, 'typed', () => {
    const names = file.tokens.filter((_, at) =>
      configurationTypes.test(file.tokens[at - 1]?.text ?? ''),
    )
    return new Set(names.map((token) => token.text))
  })
  return typed.has(name)
}

/** `A:B` of `.GetSection("A").GetSection("B")` before the call; undefined = there is none. */
function sectionsOf(call: Call, file: CurlyFile): string | undefined {
  if (!call.path.some((part) => part === 'GetSection()' || part === 'GetRequiredSection()'))
    return undefined
  const names: string[] = []
  for (let at = call.start; at < call.at; at++) {
    if (!/^Get(?:Required)?Section$/.test(file.tokens[at]!.text)) continue
    const text = textAt(file, at + 2)
    if (text === undefined) return undefined
    names.push(text)
  }
  return names.join(':')
}

/** A text, a constant, or `nameof(X)`. */
function textAt(file: CurlyFile, at: number): string | undefined {
  const token = file.tokens[at]
  if (token?.kind === 'string') return token.text
  if (token?.text === 'nameof') return file.tokens[at + 2]?.text
  let last = at
  while (file.tokens[last + 1]?.text === '.' && file.tokens[last + 2]?.kind === 'name') last += 2
  return token?.kind === 'name' ? file.constants.get(file.tokens[last]!.text) : undefined
}

function more(file: CurlyFile, facts: FileFacts): void {
  const { tokens } = file
  for (const call of file.calls) {
    const name = call.path.at(-1)!
    const first = call.arguments[0]
    const place = { line: tokens[call.start]!.line, column: tokens[call.start]!.column }
    if (name === 'ExpandEnvironmentVariables' && first && tokens[first.start]?.kind === 'string')
      for (const [, key] of tokens[first.start]!.text.matchAll(/%([A-Za-z_]\w*)%/g))
        facts.reads.push({ key: key!, tier: 'reference', ...place })
    else if (
      name === 'AddEnvironmentVariables' &&
      first &&
      tokens[first.start]?.kind === 'string'
    ) {
      const prefix = tokens[first.start]!.text
      if (prefix.replace(/[^A-Za-z]/g, '').length >= 3)
        facts.reads.push({ key: `${prefix}*`, tier: 'binding', ...place, via: name })
    } else fillingOf(file, call, facts)
  }
  for (const scope of file.classes) {
    if (scope.kind !== 'class' && scope.kind !== 'record') continue
    const before = facts.fields.length
    propertiesOf(file, scope, '', 0, facts)
    if (facts.fields.length > before)
      facts.symbols.push({
        name: scope.name,
        exported: scope.name,
        meaning: { is: 'schema', schema: scope.name },
      })
  }
}

/** `GetSection("A").Get<T>()`, `Configure<T>(c.GetSection("A"))`, `AddOptions<T>().BindConfiguration("A")`, `.Bind(x)`. */
function fillingOf(file: CurlyFile, call: Call, facts: FileFacts): void {
  const { tokens } = file
  const name = call.path.at(-1)!
  if (!/^(?:Get|Configure|Bind|BindConfiguration)$/.test(name)) return
  const place = { line: tokens[call.start]!.line, column: tokens[call.start]!.column }
  let type = call.generics.at(-1)
  let section = sectionsOf(call, file)
  if (name !== 'Get') {
    for (let at = call.open; at < call.close; at++)
      if (/^Get(?:Required)?Section$/.test(tokens[at]!.text)) section = textAt(file, at + 2)
    if (name === 'BindConfiguration') section = textAt(file, call.open + 1)
    if (!type)
      for (let at = call.start; at < call.at; at++)
        if (
          /^AddOptions(?:WithValidateOnStart)?$/.test(tokens[at]!.text) &&
          tokens[at + 1]?.text === '<'
        )
          type = tokens[at + 2]?.text
    if (!type && name === 'Bind') {
      const bound = tokens[call.arguments.at(-1)?.start ?? -1]?.text
      const made = once(file, `made ${bound}`, () =>
        tokens.findIndex(
          (token, at) =>
            token.text === bound && tokens[at + 1]?.text === '=' && tokens[at + 2]?.text === 'new',
        ),
      )
      type =
        made < 0
          ? undefined
          : tokens[made + 3]?.kind === 'name'
            ? tokens[made + 3]!.text
            : tokens[made - 1]?.text
    }
  }
  if (type && section !== undefined)
    facts.fillings.push({ schema: [type], prefix: `${section.replaceAll(':', '__')}__`, ...place })
}

const maxNesting = 4

/** `public int Port { get; set; } = 80;`, and the properties of classes in the same file that are their types. */
function propertiesOf(
  file: CurlyFile,
  scope: ClassScope,
  prefix: string,
  depth: number,
  facts: FileFacts,
  schema = scope.name,
): void {
  const { tokens } = file
  const add = (at: number, type: string[], value?: number): void => {
    const name = tokens[at]!.text
    const inner = file.classes.find(
      (one) => one !== scope && one.name === type.at(-1) && one.kind === 'class',
    )
    const many =
      type.slice(0, -1).some((word) => typeNamed(word) === 'list' || word.endsWith('Dictionary')) ||
      (tokens[at - 1]?.text === ']' && tokens[at - 2]?.text === '[')
    const separator = many ? '__*__' : '__'
    if (inner && depth < maxNesting) {
      propertiesOf(file, inner, `${prefix}${name}${separator}`, depth + 1, facts, schema)
      return
    }
    if (facts.fields.length >= 5000) return
    const known = type.map(typeNamed).find(Boolean)
    const isRequired = type.includes('required')
    const standIn =
      value === undefined ? undefined : literalAt(tokens, { start: value, end: value + 2 }, false)
    const { line, column } = tokens[at]!
    const made =
      value !== undefined && tokens[value]?.text === 'new' ? tokens[value + 1] : undefined
    const nested = made?.kind === 'name' ? made.text : type.at(-1)!
    const isClass = /^[A-Z]/.test(nested) && typeNamed(nested) === undefined
    facts.fields.push({
      schema,
      key: prefix + name,
      line,
      column,
      ...(isClass && { of: [nested], separator }),
      ...(known && { type: known }),
      ...(isRequired && { required: true }),
      ...(standIn?.literal !== undefined && { default: standIn }),
    })
  }
  if (scope.kind === 'record' && scope.header)
    for (const part of splitRange(tokens, scope.header, ',')) {
      const words = tokens.slice(part.start, part.end).filter((token) => token.kind === 'name')
      const equals = tokens.slice(part.start, part.end).findIndex((token) => token.text === '=')
      const end = equals < 0 ? part.end : part.start + equals
      if (words.length >= 2 && tokens[end - 1]?.kind === 'name')
        add(
          end - 1,
          words.slice(0, -1).map((word) => word.text),
          equals < 0 ? undefined : end + 1,
        )
    }
  for (let at = scope.body.start; at < scope.body.end; at++) {
    const open = tokens[at]!
    if (open.text !== '{' || open.match < at) continue
    if (isSettable(tokens, at) && tokens[at - 1]?.kind === 'name') {
      let start = at - 1
      const array = tokens[at - 2]?.text === ']' && tokens[at - 3]?.text === '['
      if (array) start -= 2
      while (start > scope.body.start && !/^[;{}\]]$/.test(tokens[start - 1]!.text)) start--
      const type = tokens
        .slice(start, at - 1)
        .flatMap((token) => (token.kind === 'name' && token.text !== 'public' ? [token.text] : []))
      const value = tokens[open.match + 1]?.text === '=' ? open.match + 2 : undefined
      if (type.length > 0 && !type.includes('static')) add(at - 1, type, value)
    }
    at = open.match
  }
}

/** `{ get; set; }`, with bodies too. */
function isSettable(tokens: readonly Token[], open: number): boolean {
  const close = tokens[open]!.match
  let gets = false
  for (let at = open + 1; at < close; at++) {
    const { text, match } = tokens[at]!
    if (text === 'get') gets = true
    else if (
      gets &&
      (text === 'set' || text === 'init') &&
      /^[{;}]$|^=>$/.test(tokens[at + 1]!.text)
    )
      return true
    else if (at === open + 1 && !/^(?:get|set|init|\[|public|protected|internal)$/.test(text))
      return false
    if (match > at) at = match
  }
  return false
}

function environmentAt(tokens: readonly Token[], at: number): number {
  if (tokens[at]?.text !== 'Environment' || tokens[at + 1]?.text !== '.') return -1
  return tokens[at + 2]?.text === 'GetEnvironmentVariables' && tokens[at + 3]?.text === '('
    ? tokens[at + 3]!.match + 1
    : -1
}

function namespace(tokens: readonly Token[]): string | undefined {
  const at = tokens.findIndex((token) => token.text === 'namespace' && token.kind === 'name')
  if (at < 0) return undefined
  let end = at + 1
  while (tokens[end]?.kind === 'name' && tokens[end + 1]?.text === '.') end += 2
  return tokens
    .slice(at + 1, end + 1)
    .map((token) => token.text)
    .join('')
}

function imports(tokens: readonly Token[]): FactImport[] {
  const found: FactImport[] = []
  for (const [at, token] of tokens.entries()) {
    if (
      token.text !== 'using' ||
      token.kind !== 'name' ||
      tokens[at + 1]?.text === '(' ||
      found.length >= 1000
    )
      continue
    const start = tokens[at + 1]?.text === 'static' ? at + 2 : at + 1
    let end = start
    while (tokens[end]?.kind === 'name' && tokens[end + 1]?.text === '.') end += 2
    if (tokens[end + 1]?.text !== ';') continue
    const module = tokens
      .slice(start, end + 1)
      .map((one) => one.text)
      .join('')
    found.push({ name: '*', module, imported: '*' })
  }
  return found
}

const spec: CurlySpec = {
  language: 'csharp',
  lexicon: { directives: true, interpolation: 'csharp', verbatim: true },
  style: 'type-first',
  lookup,
  environmentAt,
  namespace,
  imports,
  more,
}

export const csharpCollector: Collector = {
  language: 'csharp',
  version: 2,
  takes: (path) => path.endsWith('.cs'),
  grammar: () => null,
  mayMatter: (text) =>
    /Environment|Configur|get;|get\s*[={]|"[A-Z][A-Z0-9]*_[A-Z0-9_]+"/.test(text),
  collect: (file) => collectCurly(file.path, file.text, spec),
}
