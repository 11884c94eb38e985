import type { Collector } from '../../collector.ts'
import type { FactRead, FileFacts } from '../../file-facts.ts'
import { lineStarts, placeAt } from '../curly/tokens.ts'
import { distinctReads } from '../reference/distinct-reads.ts'
import { emptyFacts } from '../../empty-facts.ts'
import { isEnvironmentName, referencesIn } from '../reference/references.ts'
import {
  dotenvReferences,
  isCaddyfile,
  isDotenv,
  isJustfile,
  isSettingsJson,
  smallFormat,
} from './dotenv-references.ts'
import { shellReads } from '../shell/shell-reads.ts'
import { templateReferences } from '../reference/template-references.ts'

/**
 * `${KEY}` in files of settings: Java properties, HOCON and other `.conf`, ini, TOML, XML. Names in small letters are other
 * properties of the file.
 */
export const propertiesCollector: Collector = {
  language: 'properties',
  version: 3,
  takes: (path) =>
    /\.(?:properties|conf|hocon|ini|cfg|cnf|toml|xml|service)$/.test(path) ||
    isDotenv(path) ||
    isCaddyfile(path) ||
    isJustfile(path) ||
    isSettingsJson(path),
  grammar: () => null,
  mayMatter: (text) => /\$\{|\{\$|\{env\.|\benv(?:_var\w*)?\(|%\(ENV_|^Exec.*\$/m.test(text),
  collect({ path, text }): FileFacts {
    const facts = emptyFacts('properties')
    if (path.endsWith('.service')) {
      facts.reads = distinctReads(unitReads(text))
      return facts
    }
    const lines = lineStarts(text)
    const small = isDotenv(path) ? dotenvReferences(text) : smallFormat(path, text)
    if (small !== undefined) {
      facts.reads = distinctReads(
        small.map(({ offset, ...read }): FactRead => ({
          ...read,
          tier: 'reference',
          ...placeAt(lines, offset),
        })),
      )
      return facts
    }
    const masked = path.endsWith('.xml') ? withoutMarkupComments(text) : withoutComments(text, path)
    const own = new Set(
      [...masked.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Z_][A-Z0-9_]*)[ \t]*=/gm)].map(
        (match) => match[1]!,
      ),
    )
    const reads: FactRead[] = []
    // logback and shells write `:-`, Spring `:`
    const spring = path.endsWith('.properties')
    for (const { key, offset, braced: _, probed: __, ...told } of referencesIn(masked, {
      properties: spring,
      colonDefault: spring,
    }))
      if (isEnvironmentName(key) && !own.has(key))
        reads.push({ key, tier: 'reference', ...placeAt(lines, offset), ...told })
    for (const { key, offset, ...told } of templateReferences(masked))
      reads.push({ key, tier: 'reference', ...placeAt(lines, offset), ...told })
    facts.reads = distinctReads(reads)
    return facts
  },
}

/** The commands of a systemd unit; what its own `Environment=` gives is the default. */
function unitReads(text: string): FactRead[] {
  const lines = lineStarts(text)
  const own = new Map<string, string>()
  for (const [, line] of text.matchAll(/^[ \t]*Environment=(.*)$/gm))
    for (const [, name, quoted, plain] of line!.matchAll(
      /(?:^|[\s"'])([A-Za-z_]\w*)=(?:["']([^"'\n]*)["']|([^\s"']*))/g,
    ))
      own.set(name!, quoted ?? plain ?? '')
  const reads: FactRead[] = []
  for (const match of text.matchAll(/^[ \t]*Exec\w+=((?:[^\\\n]|\\[^])*)/gm)) {
    // systemd itself replaces names within quotes; `$$` is a dollar
    const command = match[1]!.replaceAll('$$', '  ').replaceAll("'", ' ')
    const start = match.index + match[0].length - match[1]!.length
    for (const { key, offset, ...told } of shellReads(command)) {
      const literal = own.get(key)
      const standIn =
        literal !== undefined && !told.default ? { default: { literal, forEmpty: false } } : {}
      reads.push({ key, tier: 'reference', ...placeAt(lines, start + offset), ...told, ...standIn })
    }
  }
  return reads
}

function withoutComments(text: string, path: string): string {
  const line = /\.(?:conf|hocon)$/.test(path)
    ? /(^|[ \t])(?:#|\/\/)[^\n]*/gm
    : /^()[ \t]*[#;!][^\n]*/gm
  return text.replace(line, (comment) => ' '.repeat(comment.length))
}

function withoutMarkupComments(text: string): string {
  let masked = ''
  let at = 0
  for (;;) {
    const start = text.indexOf('<!--', at)
    const end = start < 0 ? -1 : text.indexOf('-->', start)
    if (end < 0) return masked + text.slice(at)
    masked += text.slice(at, start) + text.slice(start, end).replace(/[^\n]/g, ' ')
    at = end
  }
}
