import type { BindingsRead } from '../binding.ts'
import { BindingCollector } from './environment-file.ts'
import type { KnownValue, ReadContext } from './environment-file.ts'
import { at, readYaml, textAt, textOf } from './yaml-tree.ts'
import type { YamlTree } from './yaml-tree.ts'

/**
 * Spring's `application[-profile].yml` and `.properties`. Keys get the name that the environment would override them by
 * (`server.port` -> `SERVER_PORT`). The profile is the environment's name: files and documents of another one are left
 * out. `${NAME:default}` with an outside name is unknown, since the environment decides.
 */
export function readSpring(file: string, text: string, context: ReadContext): BindingsRead {
  const collector = new BindingCollector(context)
  const name = file.split('/').at(-1) ?? file
  const profile = /^(?:application|bootstrap)-(.+)\.(?:ya?ml|properties)$/.exec(name)?.[1]
  if (profile !== undefined && profile !== context.environment) return collector.read()
  const properties = name.endsWith('.properties')
  const precedence = (profile === undefined ? 10 : 20) + (properties ? 1 : 0)
  const add = (path: string, value: string, line: number, more = 0): void => {
    const base = {
      source: 'spring' as const,
      component: '',
      phase: 'run' as const,
      precedence: precedence + more,
    }
    collector.add({ ...base, location: { file, line } }, relaxedName(path), valueOf(value))
  }
  if (properties) {
    for (const { key, value, line } of propertiesOf(text)) add(key, value, line)
    return collector.read()
  }
  const { documents, unread } = readYaml(file, text)
  collector.unread.push(...unread)
  for (const { tree } of documents) {
    const only =
      textAt(tree, 'spring', 'config', 'activate', 'on-profile') ??
      textOf(at(tree, 'spring', 'profiles'))
    if (only !== undefined && !only.split(/[,\s]+/).includes(context.environment)) continue
    flatten(tree, '', (path, value, line) => add(path, value, line, only === undefined ? 0 : 5))
  }
  return collector.read()
}

/** Dots become `_`, dashes go, letters are upper case: how Spring finds a property in the environment. */
export function relaxedName(path: string): string {
  return path
    .replaceAll('-', '')
    .replace(/\[(\d+)\]/g, '_$1')
    .replace(/[^A-Za-z0-9_]/g, '_')
    .toUpperCase()
}

function flatten(
  tree: YamlTree,
  path: string,
  add: (path: string, value: string, line: number) => void,
): void {
  if (tree.kind === 'map') {
    for (const [key, value] of tree.entries)
      flatten(value, path === '' ? key : `${path}.${key}`, add)
  } else if (tree.kind === 'list') {
    for (const [index, item] of tree.items.entries()) flatten(item, `${path}[${index}]`, add)
  } else if (path !== '') add(path, textOf(tree) ?? '', tree.line)
}

function valueOf(text: string): KnownValue {
  if (text.includes('${'))
    return {
      state: 'unknown',
      detail: 'It depends on a placeholder that the environment may fill.',
    }
  return { state: 'set', text }
}

function* propertiesOf(text: string): Generator<{ key: string; value: string; line: number }> {
  const lines = text.split(/\r\n|\n|\r/)
  for (let index = 0; index < lines.length; index += 1) {
    const start = index
    let written = (lines[index] ?? '').trimStart()
    if (written === '' || written.startsWith('#') || written.startsWith('!')) continue
    const parts: string[] = []
    while (/(?:^|[^\\])(?:\\\\)*\\$/.test(written) && index + 1 < lines.length) {
      parts.push(written.slice(0, -1))
      index += 1
      written = (lines[index] ?? '').trimStart()
    }
    parts.push(written)
    const [, key = '', value = ''] =
      /^((?:\\[^]|[^\\=:\s])*)(?:\s*[=:]\s*|\s+)?([^]*)$/.exec(parts.join('')) ?? []
    if (key !== '') yield { key: unescaped(key), value: unescaped(value), line: start + 1 }
  }
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', f: '\f' }

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([^]))/g, (_all, code?: string, letter?: string) =>
    code === undefined
      ? (escapes[letter ?? ''] ?? letter ?? '')
      : String.fromCharCode(Number.parseInt(code, 16)),
  )
}
