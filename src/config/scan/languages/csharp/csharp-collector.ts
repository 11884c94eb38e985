import type { FactImport, FileFacts } from '../../file-facts.ts'
import type { Collector } from '../../collector.ts'
import type { Call } from '../curly/calls.ts'
import { collectCurly } from '../curly/collect.ts'
import { once } from '../curly/curly-file.ts'
import type { CurlyFile, CurlySpec, Lookup } from '../curly/curly-file.ts'
import type { Token } from '../curly/tokens.ts'
import {
  configured,
  environmentName,
  isConfiguration,
  isProvider,
  leftOut,
  sectionNames,
  sectionsHeld,
  sectionsOf,
  sectionSymbol,
  textAt,
} from './configuration.ts'
import { propertiesOf } from './settings-properties.ts'

function lookup(call: Call, file: CurlyFile): Lookup | undefined {
  const [key, second] = call.arguments
  const owner = call.path.at(call.indexed ? -1 : -2)
  if (!key) return undefined
  const called = call.indexed ? '[]' : call.path.at(-1)!
  if (called === 'GetEnvironmentVariable') return { key, tier: 'direct' }
  if (called === '[]' || called === 'Contains' || called === 'ContainsKey')
    if (owner && (owner === 'GetEnvironmentVariables()' || file.aliases.has(owner)))
      return { key, tier: 'alias' }
  if (!owner || !once(file, 'configured', () => configured.test(file.text))) return undefined
  const held = sectionsHeld(file).get(owner)
  // a section that nobody can tell the name of
  if (held === null) return undefined
  const inner = sectionsOf(call, file)
  const sections = held === undefined ? inner : inner ? `${held}:${inner}` : held
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
      leftOut(prefix, facts)
    } else if (name === 'StartsWith' && first && isProvider(file)) {
      if (tokens[first.start]?.kind === 'string') leftOut(tokens[first.start]!.text, facts)
    } else fillingOf(file, call, facts)
  }
  sectionNames(file, facts)
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
  const elsewhere = section === undefined && type ? sectionSymbol(file, call) : undefined
  if (type && elsewhere)
    facts.fillings.push({ schema: [type], section: elsewhere, prefix: '', ...place })
  if (type && section !== undefined)
    facts.fillings.push({ schema: [type], prefix: `${section.replaceAll(':', '__')}__`, ...place })
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
  version: 3,
  takes: (path) => path.endsWith('.cs'),
  grammar: () => null,
  mayMatter: (text) =>
    /Environment|Configur|get;|get\s*[={]|"[A-Z][A-Z0-9]*_[A-Z0-9_]+"/.test(text),
  collect: (file) => collectCurly(file.path, file.text, spec),
}
