import type { FactUse, FileFacts, Meaning, Place } from '../../file-facts.ts'
import { around, literalAt } from './around.ts'
import { callsIn, textOf } from './calls.ts'
import type { Call, Range } from './calls.ts'
import { maxFacts } from './curly-file.ts'
import type { CurlyFile, CurlySpec, Lookup } from './curly-file.ts'
import { isKey, keyExpression } from './key-expression.ts'
import type { KeyExpression } from './key-expression.ts'
import { loopKeys } from './loop-keys.ts'
import { classesIn, constantsIn, functionsIn, innermost, statementEnd } from './scopes.ts'
import type { FunctionScope } from './scopes.ts'
import { FileSymbols } from './symbols.ts'
import { tokensOf } from './tokens.ts'
import type { Token } from './tokens.ts'
import { wholeUses } from './whole-uses.ts'

const self = new Set(['this', 'self', 'Self', 'super', 'crate'])
const askingName =
  /env|conf|setting|prop|secret|param|requir|option|get|fetch|lookup|read|load|var/i

export function collectCurly(path: string, text: string, spec: CurlySpec): FileFacts {
  const { tokens: written, broken } = tokensOf(text, spec.lexicon)
  const tokens = spec.expand?.(written) ?? written
  const namespace = spec.namespace(tokens, path)
  const facts: FileFacts = {
    language: spec.language,
    ...(namespace !== undefined && { namespace }),
    reads: [],
    dynamic: [],
    wholeObject: [],
    symbols: [],
    imports: spec.imports(tokens),
    uses: [],
    fields: [],
    fillings: [],
    unparsed: broken
      ? [
          {
            ...broken,
            reason:
              'A bracket, string or comment is not closed from here; the rest of the file was read.',
          },
        ]
      : [],
  }
  const functions = functionsIn(tokens, spec.style)
  const classes = classesIn(tokens)
  const aliases = new Map<string, number>()
  for (const [at, token] of tokens.entries()) {
    if (token.text !== '=' || token.kind !== 'sign') continue
    const end = spec.environmentAt(tokens, at + 1)
    if (end < 0 || /^(?:\.|\?\.|\[|::)$/.test(tokens[end]?.text ?? '')) continue
    const name = declaredName(tokens, at)
    if (name >= 0) aliases.set(tokens[name]!.text, name)
  }
  const file: CurlyFile = {
    path,
    text,
    tokens,
    functions,
    classes,
    constants: constantsIn(tokens),
    calls: callsIn(tokens),
    aliases: new Set(aliases.keys()),
  }
  const symbols = new FileSymbols(file, spec)
  for (const [name, at] of aliases)
    if (!innermost(functions, at)) symbols.add(at, name, { is: 'environment' })
  symbols.addConstants()
  for (const call of file.calls) {
    if (facts.reads.length + facts.uses.length >= maxFacts) break
    const lookup = spec.lookup(call, file)
    if (lookup) readOf(call, lookup, file, facts, symbols)
    else useOf(call, file, facts, symbols)
  }
  wholeUses(file, spec, facts)
  spec.more?.(file, facts)
  facts.symbols = facts.symbols.concat(symbols.finish(facts.uses))
  return facts
}

function declaredName(tokens: readonly Token[], equals: number): number {
  let at = equals - 1
  // `env: HashMap<String, String> = ...`
  for (let back = 0; back < 16 && at > 0; back++, at--) {
    if (tokens[at]!.text === ':' && tokens[at - 1]?.kind === 'name') return at - 1
    if (/^[;{}(]$/.test(tokens[at]!.text) || tokens[at]!.text === 'let') break
  }
  return tokens[equals - 1]?.kind === 'name' ? equals - 1 : -1
}

function readOf(
  call: Call,
  lookup: Lookup,
  file: CurlyFile,
  facts: FileFacts,
  symbols: FileSymbols,
): void {
  const { tokens } = file
  const inFunction = innermost(file.functions, call.at)
  const expression = throughLocal(file, inFunction, call.at, lookup.key)
  const place = placeOf(tokens, call, lookup.key)
  const told = around(tokens, call.start, call.close)
  const details = {
    ...told,
    ...(lookup.default && { default: literalAt(tokens, lookup.default, false) }),
    ...(lookup.required && !told.default && { required: true }),
  }
  if (details.default) delete details.required
  const parameter = expression.name ? (inFunction?.parameters.indexOf(expression.name) ?? -1) : -1
  if (inFunction && parameter >= 0 && !lookup.named) {
    const asDefault = lookup.default && tokens[lookup.default.start]?.text
    const defaultParameter = inFunction.parameters.findIndex(
      (name, at) => at !== parameter && (name === asDefault || defaultsTo(file, call, name)),
    )
    const meaning: Meaning = {
      is: 'accessor',
      keyParameter: parameter,
      ...(defaultParameter >= 0 && { defaultParameter }),
      ...(expression.prefix && { prefix: expression.prefix }),
      ...(expression.suffix && { suffix: expression.suffix }),
      ...(expression.upperCased && { upperCased: true }),
      ...(details.required && { required: true }),
      ...(details.type && { type: details.type }),
      ...(details.default?.literal !== undefined && { default: details.default }),
    }
    symbols.add(inFunction.at, inFunction.name, meaning)
    return
  }
  const key =
    expression.key === undefined
      ? undefined
      : lookup.named
        ? lookup.named(expression.key)
        : expression.key
  if (key !== undefined && isKey(key, lookup.certain ?? true)) {
    facts.reads.push({ key, tier: lookup.tier, ...place, ...details })
    return
  }
  if (lookup.named) return
  const looped =
    expression.name && !expression.prefix && !expression.suffix
      ? loopKeys(file, expression.name, call.at)
      : undefined
  if (looped) {
    for (const each of looped)
      facts.reads.push({ key: each, tier: lookup.tier, ...place, ...details })
    return
  }
  const constant = constantPath(tokens, lookup.key)
  if (constant) facts.uses.push({ path: [], how: 'member', keyOf: constant, ...place, ...details })
  else
    facts.dynamic.push({
      ...place,
      text: textOf(tokens, { start: call.start, end: call.close + 1 }),
    })
}

/** A key that was put together in a local name: `let name = format!("{key}_FILE")`. */
function throughLocal(
  file: CurlyFile,
  scope: FunctionScope | undefined,
  at: number,
  range: Range,
): KeyExpression {
  const { tokens } = file
  const direct = keyExpression(tokens, file.text, range, file.constants)
  if (
    !scope ||
    !direct.name ||
    direct.prefix ||
    direct.suffix ||
    scope.parameters.includes(direct.name)
  )
    return direct
  for (let cursor = at - 1; cursor > scope.body.start && at - cursor < 400; cursor--) {
    if (tokens[cursor]!.text !== direct.name || tokens[cursor + 1]?.text !== '=') continue
    const value = { start: cursor + 2, end: statementEnd(tokens, cursor + 2) }
    const found = keyExpression(tokens, file.text, value, file.constants)
    return { ...found, upperCased: found.upperCased || direct.upperCased }
  }
  return direct
}

/** `KEYS.DB_URL` where no text is known in the file. */
function constantPath(
  tokens: readonly Token[],
  range: { start: number; end: number },
): string[] | undefined {
  const path: string[] = []
  for (let at = range.start; at < range.end; at++) {
    const token = tokens[at]!
    if (token.kind === 'name') path.push(token.text)
    else if (token.text !== '.' && token.text !== '::' && token.text !== '&') return undefined
  }
  while (path.length > 1 && self.has(path[0]!)) path.shift()
  const last = path.at(-1)
  return last && /^(?:[A-Z][A-Z0-9_]+|[A-Z][a-z]\w+|[A-Z]+_\w*)$/.test(last) && !self.has(last)
    ? path
    : undefined
}

/** The parameter is what stands in: `?: fallback`, `.unwrap_or(fallback)`, `value == null ? fallback : value`. */
function defaultsTo(file: CurlyFile, call: Call, name: string): boolean {
  const { tokens } = file
  for (let at = call.close + 1; at < Math.min(tokens.length, call.close + 40); at++) {
    const token = tokens[at]!
    if (token.text === '}' && token.match < call.start) return false
    if (token.kind !== 'name' || token.text !== name) continue
    const before = tokens[at - 1]!.text
    return /^(?:\?:|\?\?|\(|\?|:|return|=>|&|\|\|)$/.test(before)
  }
  return false
}

function useOf(call: Call, file: CurlyFile, facts: FileFacts, symbols: FileSymbols): void {
  const { tokens, constants } = file
  const path = call.path.filter((part, at) => !(at === 0 && call.path.length > 1 && self.has(part)))
  if (
    call.arguments.length === 0 ||
    call.arguments.length > 8 ||
    path.some((part) => /[\])]$/.test(part))
  )
    return
  const last = path.at(-1)!
  if (call.indexed && call.arguments.length > 1) return
  const literals: Record<number, string> = {}
  let argument = -1
  let key: string | undefined
  let keyOf: string[] | undefined
  let parameter:
    | { at: number; prefix: string; suffix: string; upperCased: boolean; index: number }
    | undefined
  const inFunction = innermost(file.functions, call.at)
  for (const [at, range] of call.arguments.entries()) {
    const found = keyExpression(tokens, file.text, range, constants)
    const first = tokens[range.start]
    if (found.key !== undefined && !found.key.includes('*')) literals[at] = found.key.slice(0, 200)
    else if (
      range.end - range.start <= 2 &&
      (first?.kind === 'number' || /^(?:true|false)$/.test(first?.text ?? ''))
    )
      literals[at] = first!.text
    const quoted = found.key !== undefined && isKey(found.key)
    if (argument < 0 && quoted) {
      argument = at
      key = found.key
    }
    const index = found.name && inFunction ? inFunction.parameters.indexOf(found.name) : -1
    if (at === 0 && index >= 0) parameter = { ...found, at, index }
    if (argument < 0 && askingName.test(last)) {
      const constant = constantPath(tokens, range)
      if (constant) {
        argument = at
        keyOf = constant
      }
    }
  }
  if (parameter && inFunction && !call.indexed) {
    const { at, index, prefix, suffix, upperCased } = parameter
    if (at === 0 && askingName.test(last) && inFunction.name !== '') {
      const told = around(tokens, call.start, call.close)
      symbols.addWeak(inFunction.at, inFunction.name, {
        is: 'accessor',
        keyParameter: index,
        ...(prefix && { prefix }),
        ...(suffix && { suffix }),
        ...(upperCased && { upperCased: true }),
        ...(told.required && { required: true }),
        ...(told.type && { type: told.type }),
        of: path,
      })
    }
  }
  if (
    argument < 0 &&
    literals[0] !== undefined &&
    isKey(literals[0], true) &&
    symbols.names(last)
  ) {
    argument = 0
    key = literals[0]
  }
  if (argument < 0) return
  const place = placeOf(tokens, call, call.arguments[argument]!)
  const use: FactUse = {
    path,
    how: call.indexed ? 'member' : 'call',
    ...(key !== undefined && { key }),
    ...(keyOf && { keyOf }),
    ...place,
    ...(!call.indexed && { argument, arguments: literals }),
    ...around(tokens, call.start, call.close),
    text: textOf(tokens, { start: call.start, end: call.close + 1 }),
  }
  facts.uses.push(use)
}

/** Of the call; of its key where a macro put that in from somewhere else. */
function placeOf(tokens: readonly Token[], call: Call, key: Range): Place {
  const start = tokens[call.start]!
  const asked = tokens[key.start]
  const isElsewhere =
    asked && (asked.offset < start.offset || asked.offset > tokens[call.close]!.offset)
  const { line, column } = isElsewhere ? asked : start
  return { line, column }
}
