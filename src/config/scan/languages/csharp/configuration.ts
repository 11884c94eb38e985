/** .NET's configuration: which names hold it, and which of its sections. */
import type { FileFacts } from '../../file-facts.ts'
import type { Call } from '../curly/calls.ts'
import { once } from '../curly/curly-file.ts'
import type { CurlyFile } from '../curly/curly-file.ts'
import { innermost } from '../curly/scopes.ts'
import type { Token } from '../curly/tokens.ts'

/** `A:B` is `A__B` in the environment (Microsoft.Extensions.Configuration.EnvironmentVariables). */
export function environmentName(path: string): string | undefined {
  return /^[A-Za-z_*][\w:.*-]*$/.test(path) ? path.replaceAll(':', '__') : undefined
}

const configurationTypes = /\bI?Configuration(?:Root|Section|Manager)?\b/
export const configured = /\bI?Configuration(?:Root|Section|Manager|Builder)?\b/
const configurationNames = /^_?(?:configuration|config|cfg|root)$/i

/** Names that hold a section: `var mail = configuration.GetSection("Mail")`; null = of a name that is not told. */
export function sectionsHeld(file: CurlyFile): ReadonlyMap<string, string | null> {
  return once(file, 'sections held', () => {
    const { tokens } = file
    const held = new Map<string, string | null>()
    for (const [at, token] of tokens.entries()) {
      if (token.text === 'IConfigurationSection' && tokens[at + 1]?.kind === 'name') {
        const name = tokens[at + 1]!.text
        if (!held.has(name)) held.set(name, null)
      }
      if (token.text !== '=' || tokens[at - 1]?.kind !== 'name') continue
      let path = ''
      let known = false
      for (let cursor = at + 1; cursor < Math.min(tokens.length, at + 40); cursor++) {
        const { text } = tokens[cursor]!
        if (text === ';' || text === '{' || text === '=>') break
        if (cursor === at + 1 && held.get(text)) path = held.get(text)!
        if (!/^Get(?:Required)?Section$/.test(text)) {
          // what is made of a section is none
          if (known && /^(?:Get|GetValue|GetChildren|Value|Exists|Bind)$/.test(text)) known = false
          continue
        }
        const section = textAt(file, cursor + 2)
        known = section !== undefined
        if (section !== undefined) path = path === '' ? section : `${path}:${section}`
      }
      if (known) held.set(tokens[at - 1]!.text, path)
    }
    return held
  })
}

/** Of what is built from a command line or a file alone nothing follows for the environment. */
function readsEnvironment(tokens: readonly Token[], from: number): boolean {
  for (let at = from; at < Math.min(tokens.length, from + 300); at++) {
    if (tokens[at]!.text === 'AddEnvironmentVariables') return true
    if (tokens[at]!.text === ';' && tokens[at + 1]?.text !== '.') return false
  }
  return false
}

export function isConfiguration(owner: string, file: CurlyFile): boolean {
  const name = owner.replace(/\(\)$/, '')
  if (configurationNames.test(name)) return true
  const typed = once(file, 'typed', () => {
    const names = file.tokens.filter(
      (token, at) =>
        configurationTypes.test(file.tokens[at - 1]?.text ?? '') ||
        (token.kind === 'name' &&
          file.tokens[at + 1]?.text === '=' &&
          file.tokens[at + 2]?.text === 'new' &&
          file.tokens[at + 3]?.text === 'ConfigurationBuilder' &&
          readsEnvironment(file.tokens, at)),
    )
    return new Set(names.map((token) => token.text))
  })
  return typed.has(name)
}

/** `A:B` of `.GetSection("A").GetSection("B")` before the call; undefined = there is none. */
export function sectionsOf(call: Call, file: CurlyFile): string | undefined {
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
export function textAt(file: CurlyFile, at: number): string | undefined {
  const token = file.tokens[at]
  if (token?.kind === 'string') return token.text
  if (token?.text === 'nameof') return file.tokens[at + 2]?.text
  let last = at
  while (file.tokens[last + 1]?.text === '.' && file.tokens[last + 2]?.kind === 'name') last += 2
  return token?.kind === 'name' ? file.constants.get(file.tokens[last]!.text) : undefined
}

/** A prefix that keys have in the environment and not in the configuration; the host's own are no settings of a program. */
export function leftOut(prefix: string, facts: FileFacts): void {
  if (!/^[A-Z][A-Z0-9]*_{1,2}$/i.test(prefix) || /^(?:DOTNET|ASPNETCORE)_$/i.test(prefix)) return
  const meaning = { is: 'text' as const, texts: [prefix] }
  facts.symbols.push({ name: '@configuration-prefix', exported: '@configuration-prefix', meaning })
}

/** A source of configuration that goes through the whole environment itself. */
export function isProvider(file: CurlyFile): boolean {
  return once(
    file,
    'provider',
    () =>
      /:\s*\w*ConfigurationProvider\b/.test(file.text) &&
      file.text.includes('GetEnvironmentVariables('),
  )
}

/** `public const string Section = "Mail";` of a class: other files ask for the section by that name. */
export function sectionNames(file: CurlyFile, facts: FileFacts): void {
  const { tokens } = file
  for (const [at, token] of tokens.entries()) {
    if (token.text !== '=' || tokens[at + 1]?.kind !== 'string') continue
    const name = tokens[at - 1]?.text ?? ''
    const text = tokens[at + 1]!.text
    if (file.constants.get(name) !== text || !/^[A-Za-z][\w:.-]{0,99}$/.test(text)) continue
    const owner = innermost(file.classes, at)?.name
    if (owner === undefined) continue
    const symbol = `${owner}~${name}`
    facts.symbols.push({ name: symbol, exported: symbol, meaning: { is: 'text', texts: [text] } })
  }
}

/** `GetSection(MailOptions.Section)`, where no text of the file is known by that name. */
export function sectionSymbol(file: CurlyFile, call: Call): string[] | undefined {
  const { tokens } = file
  for (let at = call.start; at < call.close; at++) {
    const asks = /^(?:Get(?:Required)?Section|BindConfiguration)$/.test(tokens[at]!.text)
    if (!asks || tokens[at + 1]?.text !== '(') continue
    const [owner, dot, name] = tokens.slice(at + 2, at + 5)
    if (owner?.kind === 'name' && dot?.text === '.' && name?.kind === 'name')
      return [`${owner.text}~${name.text}`]
  }
  return undefined
}
