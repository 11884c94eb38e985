import type { FactImport } from '../../file-facts.ts'
import type { Collector } from '../../collector.ts'
import { collectCurly } from '../curly/collect.ts'
import type { Call } from '../curly/calls.ts'
import { once } from '../curly/curly-file.ts'
import type { CurlyFile, CurlySpec, Lookup } from '../curly/curly-file.ts'
import type { Token } from '../curly/tokens.ts'
import { expandMacros } from './macro-expand.ts'
import { rustSettings } from './rust-settings.ts'

const functions = new Set(['var', 'var_os'])

function lookup(call: Call, file: CurlyFile): Lookup | undefined {
  const [key] = call.arguments
  const name = call.path.at(-1)!
  const owner = call.path.at(-2)
  if (!key) return undefined
  if (call.macro) {
    if (call.path.length > 1) return undefined
    if (name === 'env' || name === 'dotenv') return { key, tier: 'direct', required: true }
    return name === 'option_env' ? { key, tier: 'direct', required: false } : undefined
  }
  if (functions.has(name) && call.arguments.length === 1) {
    if (owner === 'env' || owner === 'dotenvy' || owner === 'dotenv') return { key, tier: 'direct' }
    const imported =
      call.path.length === 1 &&
      once(file, 'imported', () =>
        /use\s+(?:std::env|dotenvy|dotenv)::(?:\{[^}]*\b)?var/.test(file.text),
      )
    return imported ? { key, tier: 'direct' } : undefined
  }
  // clap's builder; of a child process `env` takes a value too
  if (
    name === 'env' &&
    call.arguments.length === 1 &&
    call.path.some((part) => part === 'new()' || part === 'with_name()')
  )
    return call.path.includes('Arg') || call.path.includes('Option')
      ? { key, tier: 'binding' }
      : undefined
  return undefined
}

function environmentAt(tokens: readonly Token[], at: number): number {
  let cursor = at
  if (tokens[cursor]?.text === 'std' && tokens[cursor + 1]?.text === '::') cursor += 2
  if (
    !/^(?:env|dotenvy|dotenv)$/.test(tokens[cursor]?.text ?? '') ||
    tokens[cursor + 1]?.text !== '::'
  )
    return -1
  const vars = /^vars(?:_os)?$/.test(tokens[cursor + 2]?.text ?? '')
  return vars && tokens[cursor + 3]?.text === '(' ? tokens[cursor + 3]!.match + 1 : -1
}

/** `src/store/keys.rs` is `crate::store::keys`. */
function namespace(_: readonly Token[], path: string): string {
  const inside = path.replace(/^(?:.*\/)?src\//, '').replace(/\.rs$/, '')
  const parts = inside
    .split('/')
    .filter((part) => part !== 'mod' && part !== 'lib' && part !== 'main')
  return ['crate', ...parts].join('::')
}

const maxImports = 1000

/** `use a::{b::{c, d as e}, f}`. */
function imports(tokens: readonly Token[]): FactImport[] {
  const found: FactImport[] = []
  for (const [at, token] of tokens.entries()) {
    if (token.text !== 'use' || token.kind !== 'name' || tokens[at - 1]?.text === '.') continue
    const stack: string[][] = []
    let path: string[] = []
    let base: string[] = []
    for (
      let cursor = at + 1;
      cursor < tokens.length && cursor - at < 2000 && found.length < maxImports;
      cursor++
    ) {
      const { text, kind } = tokens[cursor]!
      const ends = text === ',' || text === ';' || text === '}'
      if (ends && path.length > base.length) {
        const imported = path.at(-1)!
        const renamed = tokens[cursor - 2]?.text === 'as' ? tokens[cursor - 1]!.text : imported
        const real = tokens[cursor - 2]?.text === 'as' ? path.slice(0, -1) : path
        const target = real.at(-1)!
        if (real.length > 1)
          found.push({ name: renamed, module: real.slice(0, -1).join('::'), imported: target })
      }
      if (text === ';') break
      if (text === '{') {
        stack.push(base)
        base = path
      } else if (text === '}') {
        base = stack.pop() ?? []
        path = base
      } else if (text === ',') path = base
      else if (kind === 'name' && text !== 'as')
        path =
          tokens[cursor - 1]?.text === 'as'
            ? [...path, path.at(-1)!].slice(0, -1).concat(text)
            : [...path, text]
      else if (text === '*') path = [...path, '*']
    }
  }
  return found
}

const spec: CurlySpec = {
  language: 'rust',
  lexicon: { nestedComments: true, lifetimes: true, rawHash: true, docComments: true },
  style: 'name-first',
  lookup,
  environmentAt,
  namespace,
  imports,
  expand: expandMacros,
  more: rustSettings,
}

export const rustCollector: Collector = {
  language: 'rust',
  version: 4,
  takes: (path) => path.endsWith('.rs'),
  grammar: () => null,
  mayMatter: (text) =>
    /\benv\b|env_|_env|envy|Environment|Deserialize|macro_rules|"[A-Z][A-Z0-9]*_[A-Z0-9_]+"/.test(
      text,
    ),
  collect: (file) => collectCurly(file.path, file.text, spec),
}
