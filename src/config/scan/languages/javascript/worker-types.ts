/**
 * What a worker is handed: `interface Env { TOKEN: string }` of `fetch(request, env: Env, ctx)`, or `Bindings` of Hono. Of
 * its members those that are texts, numbers or booleans are variables; the others are stores, queues and services.
 */
import type { FileScan } from './file-scan.ts'
import { fieldsMember } from './class-fields.ts'

const declared =
  /\b(?:interface|type)\s+(\w*(?:Env|Bindings|Environment))\b(?:\s+extends\s+[\w\s,.<>]+|\s*=\s*)?\s*\{([^{}]{0,20000})\}/g
const member =
  /^[ \t]*(?:readonly\s+)?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)(\??):\s*(string|number|boolean|['"][^'"\n]*['"])/gm
const handler =
  /\bExecutionContext\b|\bExportedHandler\b|\bScheduledEvent\b|\bScheduledController\b|\bHono\b|\bPagesFunction\b|\bEventContext\b|\bDurableObject\b|\bWorkerEntrypoint\b|\brequest:\s*Request\b/
const handed =
  /\benv\??:\s*(\w*(?:Env|Bindings|Environment))\b|\bBindings:\s*(\w+)|\b(?:ExportedHandler|PagesFunction|DurableObject|WorkerEntrypoint)<\s*(\w+)/g

export function workerTypes(scan: FileScan, text: string): void {
  const { facts } = scan
  for (const { index, 1: name = '', 2: body = '', 0: whole } of text.matchAll(declared)) {
    const schema = `type@${name}`
    const before = facts.fields.length
    const start = index + whole.indexOf('{') + 1
    for (const it of body.matchAll(separated(member))) {
      const at = start + it.index + it[0].indexOf(it[1]!)
      facts.fields.push({
        schema,
        key: it[1]!,
        ...scan.placeOf(at),
        ...(it[2] === '?' ? { required: false } : {}),
        ...(it[3] === 'number' || it[3] === 'boolean' ? { type: it[3] } : {}),
      })
    }
    if (facts.fields.length === before) continue
    const members = { [fieldsMember]: { is: 'schema' as const, schema } }
    facts.symbols.push({ name, exported: name, meaning: { is: 'object', members } })
  }
  if (!handler.test(text)) return
  const names = new Set<string>()
  for (const { index, 1: one, 2: two, 3: three } of text.matchAll(handed)) {
    const name = one ?? two ?? three ?? ''
    if (names.has(name) || names.size > 20) continue
    names.add(name)
    facts.fillings.push({ schema: [name, fieldsMember], ...scan.placeOf(index) })
  }
}

/** Members may stand in one line. */
const separated = (pattern: RegExp): RegExp =>
  new RegExp(pattern.source.replace('^[ \\t]*', '(?:^|[;,{])[ \\t]*'), 'gm')
