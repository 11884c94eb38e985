import type { Manifests, PackageManifest, PathAlias } from './scan-input.ts'

/** Names of files whose text `readManifests` wants. */
export const isManifest = (path: string): boolean =>
  /(^|\/)(package\.json|(tsconfig|jsconfig)[\w.-]*\.json)$/.test(path)

/** Pure; a text that is no JSON says nothing. */
export function readManifests(texts: ReadonlyMap<string, string>): Manifests {
  const packages: PackageManifest[] = []
  const aliases: PathAlias[] = []
  for (const [path, text] of texts) {
    const slash = path.lastIndexOf('/')
    const folder = slash < 0 ? '' : path.slice(0, slash)
    const json = looseJson(text)
    if (!isRecord(json)) continue
    if (path.endsWith('package.json')) packages.push(packageOf(folder, json))
    else aliases.push(...aliasesOf(folder, json))
  }
  // the nearest first
  aliases.sort((a, b) => b.folder.length - a.folder.length || b.pattern.length - a.pattern.length)
  return { packages, aliases }
}

function packageOf(folder: string, json: Record<string, unknown>): PackageManifest {
  const entries: { subpath: string; target: string }[] = []
  const { exports } = json
  if (typeof exports === 'string') entries.push({ subpath: '.', target: exports })
  else if (isRecord(exports)) {
    for (const [subpath, value] of Object.entries(exports)) {
      const key = subpath.startsWith('.') ? subpath : '.'
      for (const target of textsIn(value, 0)) entries.push({ subpath: key, target })
    }
  }
  for (const field of ['source', 'types', 'module', 'main']) {
    const value = json[field]
    if (typeof value === 'string') entries.push({ subpath: '.', target: value })
  }
  const internal = isRecord(json['imports'])
    ? Object.entries(json['imports']).flatMap(([subpath, value]) =>
        textsIn(value, 0).map((target) => ({ subpath, target })),
      )
    : []
  return {
    folder,
    name: typeof json['name'] === 'string' ? json['name'] : '',
    entries: entries.slice(0, 500),
    internal: internal.slice(0, 500),
  }
}

function aliasesOf(folder: string, json: Record<string, unknown>): PathAlias[] {
  const options = json['compilerOptions']
  if (!isRecord(options)) return []
  const baseUrl = typeof options['baseUrl'] === 'string' ? options['baseUrl'] : undefined
  const base = joinPath(folder, baseUrl ?? '.')
  const aliases: PathAlias[] = []
  if (isRecord(options['paths'])) {
    for (const [pattern, value] of Object.entries(options['paths']).slice(0, 500)) {
      aliases.push({
        folder,
        pattern,
        targets: textsIn(value, 0).map((target) => joinPath(base, target)),
      })
    }
  }
  if (baseUrl !== undefined) {
    aliases.push({ folder, pattern: '*', targets: [base === '' ? '*' : `${base}/*`] })
  }
  return aliases
}

/** `a/b` and `../c` give `a/c`; what leaves the root stays at it. */
export function joinPath(folder: string, relative: string): string {
  const parts = folder === '' ? [] : folder.split('/')
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}

function textsIn(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return [value]
  if (depth > 4 || typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((inner) => textsIn(inner, depth + 1))
}

/** JSON with comments and commas at the end, as tsconfig files have them. */
function looseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const plain = text.replaceAll(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[^]*?\*\//g, (_, quoted) =>
      typeof quoted === 'string' ? quoted : '',
    )
    try {
      return JSON.parse(plain.replaceAll(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, '$1'))
    } catch {
      return undefined
    }
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
