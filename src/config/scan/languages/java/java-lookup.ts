/** How Java and Kotlin ask for keys. */
import type { FactImport } from '../../file-facts.ts'
import type { Call } from '../curly/calls.ts'
import { once } from '../curly/curly-file.ts'
import type { CurlyFile, Lookup } from '../curly/curly-file.ts'
import type { Token } from '../curly/tokens.ts'
import { microprofileName, relaxedName } from './property-names.ts'

const asking = new Set([
  'get',
  'getOrDefault',
  'getValue',
  'containsKey',
  'getOrElse',
  '[]',
  'contains',
])
const propertyMethods = new Set(['getProperty', 'getRequiredProperty', 'containsProperty'])

export function jvmLookup(call: Call, file: CurlyFile): Lookup | undefined {
  const [key, second] = call.arguments
  const method = call.indexed ? '[]' : call.path.at(-1)!
  const owner = call.path.at(call.indexed ? -1 : -2)
  if (!key) return undefined
  const outer = call.path.at(-3) ?? ''
  if (
    !call.indexed &&
    method === 'getenv' &&
    (call.path.length === 1 || owner === 'System' || owner === 'Os')
  )
    return { key, tier: 'direct' }
  if (method === 'environmentVariable' && owner === 'providers') return { key, tier: 'direct' }
  const whole =
    owner === 'getenv()' || (owner === 'environment()' && outer.includes('ProcessBuilder'))
  const alias = owner !== undefined && file.aliases.has(owner.replace('[]', ''))
  if (asking.has(method) && (whole || alias) && call.arguments.length <= 2)
    return {
      key,
      ...(second && method === 'getOrDefault' && { default: second }),
      tier: whole ? 'direct' : 'alias',
    }
  if (call.indexed) return undefined
  // dotenv-java and dotenv-kotlin
  if (method === 'get' && call.path.some((part) => /^(?:load|dotenv|Dotenv)\(\)$/.test(part)))
    return { key, ...(second && { default: second }), tier: 'direct' }
  if (propertyMethods.has(method) && owner && isEnvironment(owner, file)) {
    const defaulted = call.arguments.length === 3 ? call.arguments[2] : second
    const isClass = second && file.tokens[second.end - 1]?.text === 'class'
    return {
      key,
      ...(defaulted && (!isClass || call.arguments.length === 3) && { default: defaulted }),
      ...(method === 'getRequiredProperty' && { required: true }),
      tier: 'binding',
      named: relaxedName,
    }
  }
  if (
    (method === 'getValue' || method === 'getOptionalValue') &&
    /^(?:getConfig\(\)|config)$/.test(owner ?? '')
  )
    if (once(file, 'microprofile', () => file.text.includes('microprofile.config')))
      return {
        key,
        tier: 'binding',
        named: microprofileName,
        ...(method === 'getValue' && { required: true }),
      }
  return undefined
}

/** Spring's Environment, by the type that the file gives to the name. */
function isEnvironment(name: string, file: CurlyFile): boolean {
  if (name === 'getEnvironment()') return true
  if (!once(file, 'spring', () => /springframework|micronaut/.test(file.text))) return false
  const plain = name.replace(/\(\)$/, '')
  const types = /^(?:Environment|ConfigurableEnvironment|PropertyResolver|StandardEnvironment)$/
  const isTyped = (token: Token, at: number): boolean => {
    if (token.text !== plain) return false
    const kotlin = file.tokens[at + 1]?.text === ':' && types.test(file.tokens[at + 2]?.text ?? '')
    return kotlin || types.test(file.tokens[at - 1]?.text ?? '')
  }
  return once(file, `environment ${plain}`, () => file.tokens.some(isTyped))
}

/** `System.getenv()` with nothing asked for; `Dotenv....load()`, `dotenv { ... }`. */
export function jvmEnvironmentAt(tokens: readonly Token[], at: number): number {
  let cursor = at
  if (tokens[cursor]?.text === 'new') return -1
  if (tokens[cursor]?.text === 'System' && tokens[cursor + 1]?.text === '.') cursor += 2
  if (
    tokens[cursor]?.text === 'getenv' &&
    tokens[cursor + 1]?.text === '(' &&
    tokens[cursor + 2]?.text === ')'
  )
    return cursor + 3
  const name = tokens[at]?.text
  if (name === 'dotenv' && /^[({]$/.test(tokens[at + 1]?.text ?? ''))
    return (tokens[at + 1]!.match || at) + 1
  if (name !== 'Dotenv' || tokens[at + 1]?.text !== '.') return -1
  for (cursor = at; cursor < at + 60 && tokens[cursor]; cursor++) {
    const loads = tokens[cursor]!.text === 'load' && tokens[cursor + 1]?.text === '('
    if (loads && tokens[cursor + 2]?.text === ')') return cursor + 3
    if (tokens[cursor]!.text === ';') return -1
  }
  return -1
}

export function packageOf(tokens: readonly Token[]): string | undefined {
  const at = tokens
    .slice(0, 400)
    .findIndex((token) => token.text === 'package' && token.kind === 'name')
  return at < 0 ? undefined : dotted(tokens, at + 1).join('.')
}

export function importsOf(tokens: readonly Token[]): FactImport[] {
  const imports: FactImport[] = []
  for (const [at, token] of tokens.entries()) {
    if (token.text !== 'import' || token.kind !== 'name' || imports.length >= 1000) continue
    const isStatic = tokens[at + 1]?.text === 'static'
    const path = dotted(tokens, at + (isStatic ? 2 : 1))
    const last = path.at(-1)
    if (!last || path.length < 2) continue
    const alias = tokens[at + path.length * 2]
    const name = alias?.text === 'as' ? (tokens[at + path.length * 2 + 1]?.text ?? last) : last
    imports.push({ name, module: path.slice(0, -1).join('.'), imported: last })
  }
  return imports
}

function dotted(tokens: readonly Token[], start: number): string[] {
  const path: string[] = []
  for (let at = start; at < start + 40; at += 2) {
    const token = tokens[at]
    if (!token || (token.kind !== 'name' && token.text !== '*')) break
    path.push(token.text)
    if (tokens[at + 1]?.text !== '.') break
  }
  return path
}
