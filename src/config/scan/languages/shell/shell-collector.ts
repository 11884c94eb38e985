import type { Collector } from '../../collector.ts'
import type { FileFacts } from '../../file-facts.ts'
import { lineStarts, placeAt } from '../curly/tokens.ts'
import { distinctReads } from '../reference/distinct-reads.ts'
import { emptyFacts } from '../../empty-facts.ts'
import { isEnvironmentName, referencesIn } from '../reference/references.ts'
import { templateReferences } from '../reference/template-references.ts'
import { maskShell } from './mask-shell.ts'
import { prefixesOfScript, textsOfVariable } from './shell-names.ts'
import { shellReads } from './shell-reads.ts'

const scripts =
  /\.(?:sh|bash|zsh|ksh|bats|ash)$|(?:^|\/)(?:\.husky\/[^/.]+|\.?bashrc|\.?profile|\.envrc|entrypoint|docker-entrypoint|Procfile)$/
const makefiles = /(?:^|\/)(?:GNU)?[Mm]akefile$|\.mk$/
const templates = /\.(?:tmpl|tpl|gotmpl|template|envsubst|ctmpl)$/
const samples = /(?:^|\/)\.?env[^/]*$|\.env(?:\.[^/]*)?$/

export const shellCollector: Collector = {
  language: 'shell',
  version: 4,
  takes: (path) =>
    !samples.test(path) && (scripts.test(path) || makefiles.test(path) || templates.test(path)),
  grammar: () => null,
  mayMatter: (text) => /\$|printenv|\?=|\{\{/.test(text),
  collect({ path, text }): FileFacts {
    const facts = emptyFacts('shell')
    const lines = lineStarts(text)
    const tier = 'reference' as const
    if (makefiles.test(path)) {
      for (const { key, offset, ...told } of makeReads(text))
        facts.reads.push({ key, tier, ...placeAt(lines, offset), ...told })
    } else if (templates.test(path)) {
      for (const { key, offset, ...told } of templateReferences(text))
        facts.reads.push({ key, tier, ...placeAt(lines, offset), ...told })
      for (const { key, offset, braced: _, probed: __, ...told } of referencesIn(text, {}))
        if (isEnvironmentName(key))
          facts.reads.push({ key, tier, ...placeAt(lines, offset), ...told })
    } else {
      for (const { key, offset, ...told } of shellReads(text))
        facts.reads.push({ key, tier, ...placeAt(lines, offset), ...told })
      accessorCalls(text, lines, facts)
      indirect(text, lines, facts)
      for (const { prefix, offset } of prefixesOfScript(text))
        facts.reads.push({ key: `${prefix}*`, tier, ...placeAt(lines, offset) })
    }
    facts.reads = distinctReads(facts.reads)
    return facts
  },
}

const bodies =
  /^[ \t]*(?:function[ \t]+)?([A-Za-z_][\w-]*)[ \t]*(?:\(\))?[ \t]*\n?[ \t]*\{([^]{0,4000}?)\n[ \t]*\}/gm

/** Functions that look up the variable they are handed the name of (`${!1}`, `local var="$1"; ${!var}`), and their calls. */
function accessorCalls(text: string, lines: readonly number[], facts: FileFacts): void {
  if (!text.includes('${!')) return
  for (const [, name, body] of text.matchAll(bodies)) {
    const parameter = /\$\{!1\b/.test(body!)
      ? 1
      : [...body!.matchAll(/\b([A-Za-z_]\w*)="?\$\{?([1-9])\}?"?(?=[\s;]|$)/g)]
          .filter(([, local]) => body!.includes(`\${!${local}`))
          .map(([, , at]) => Number(at))[0]
    if (parameter === undefined || facts.reads.length > 20_000) continue
    const twins = [
      ...body!.matchAll(/\b([A-Za-z_]\w*)="?\$\{[A-Za-z_1]\w*\}(_+[A-Z]+)"?(?=[\s;]|$)/g),
    ]
      .filter(([, local]) => body!.includes(`\${!${local}`))
      .map(([, , suffix]) => suffix!)
    const words = `(?:[ \\t]+(?:"[^"\\n$]*"|'[^'\\n]*'|[\\w./:-]+)){${parameter - 1}}`
    const call = new RegExp(
      `(?:^|[\\s;&|(\`])${name}${words}[ \\t]+["']?([A-Za-z_]\\w*)["']?(?=[\\s;)"'\`]|$)`,
      'gm',
    )
    for (const match of text.matchAll(call)) {
      const key = match[1]!
      if (!isEnvironmentName(key)) continue
      const at = placeAt(lines, match.index + match[0].lastIndexOf(key))
      for (const suffix of ['', ...twins])
        facts.reads.push({ key: key + suffix, tier: 'accessor', ...at, via: name! })
    }
  }
}

const indirections =
  /\$\{!([A-Za-z_]\w*)(?![\w@*[])[^}\n]*\}|\\\$\{?\$\{?([A-Za-z_]\w*)|\bprintenv[ \t]+"?\$\{?([A-Za-z_]\w*)/g

/** `${!NAME}`, `eval "x=\\$$NAME"` and `printenv "$NAME"`: keys by what the script puts into that name, if it can be told. */
function indirect(text: string, lines: readonly number[], facts: FileFacts): void {
  const known = new Map<string, string[]>()
  for (const match of maskShell(text).matchAll(indirections)) {
    if (/[@*]\}$/.test(match[0]) || facts.reads.length > 20_000) continue
    const name = (match[1] ?? match[2] ?? match[3])!
    const texts = known.get(name) ?? textsOfVariable(text, name)
    known.set(name, texts)
    const place = placeAt(lines, match.index)
    const keys = texts.filter(
      (key) =>
        isEnvironmentName(key.replaceAll('*', 'X')) &&
        /[A-Z0-9_]{3}/.test(key.replaceAll('*', ' ')),
    )
    for (const key of keys) facts.reads.push({ key, tier: 'accessor', ...place, via: `!${name}` })
    if (keys.length === 0 && match[1] !== undefined && facts.dynamic.length < 1000)
      facts.dynamic.push({ ...place, text: match[0].slice(0, 80) })
  }
}

/** `NAME ?= default` takes the environment's value; `ifndef NAME` asks for one where the file sets none. */
function makeReads(
  text: string,
): { key: string; offset: number; default?: { literal: string | undefined; forEmpty: boolean } }[] {
  const found: ReturnType<typeof makeReads> = []
  for (const match of text.matchAll(
    /^(?:export[ \t]+)?([A-Z_][A-Z0-9_]*)[ \t]*\?=[ \t]*([^\n#]*)/gm,
  )) {
    const value = match[2]!.trim()
    const literal = /[$\\]/.test(value) ? undefined : value
    if (isEnvironmentName(match[1]!))
      found.push({ key: match[1]!, offset: match.index, default: { literal, forEmpty: false } })
  }
  for (const match of text.matchAll(/^[ \t]*ifn?def[ \t]+([A-Z_][A-Z0-9_]*)/gm)) {
    const name = match[1]!
    const isSet = new RegExp(
      `^[ \\t]*(?:export[ \\t]+|override[ \\t]+)?${name}[ \\t]*[:+]?=`,
      'm',
    ).test(text)
    if (!isSet && isEnvironmentName(name)) found.push({ key: name, offset: match.index })
  }
  return found
}
