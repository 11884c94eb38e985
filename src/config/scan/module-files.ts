import type { Language } from '../key-read.ts'
import { joinPath } from './read-manifests.ts'
import type { Manifests, ScanInput } from './scan-input.ts'

/** Which files of the repository a module name means, seen from a file; none = it is not of this repository. */
export type ModuleFiles = (from: string, module: string, language: Language) => readonly string[]

const endings = [
  '', '.ts', '.tsx', '.js', '.mjs', '.cjs', '.jsx', '.mts', '.cts', '.vue', '.svelte', '.json',
  '/index.ts', '/index.tsx', '/index.js', '/index.mjs', '/index.cjs', '/index.mts', '/index.jsx',
] // prettier-ignore

export function moduleFiles(input: Pick<ScanInput, 'files' | 'manifests'>): ModuleFiles {
  const files = new Set(input.files)
  const byTail = tailsOf(input.files)
  const roots = input.files.flatMap((it) => (/(^|\/)go\.mod$/.test(it) ? [folderOf(it)] : []))
  const known = new Map<string, readonly string[]>()
  return (from, module, language) => {
    const folder = folderOf(from)
    const name = `${language}\0${folder}\0${module}`
    const found = known.get(name)
    if (found !== undefined) return found
    const answer =
      language === 'javascript' || language === 'typescript'
        ? scriptModule(files, input.manifests, folder, module)
        : language === 'python'
          ? pythonModule(files, byTail, folder, module)
          : language === 'go'
            ? (byTail.folders.get(module.slice(module.lastIndexOf('/') + 1))?.filter((path) => {
                const own = inGoModule(roots, folderOf(path))
                return module === own || module.endsWith(`/${own}`)
              }) ?? [])
            : []
    known.set(name, answer)
    return answer
  }
}

/** A folder as its own module names it: from where the nearest `go.mod` lies. */
function inGoModule(roots: readonly string[], folder: string): string {
  const own = roots
    .filter((root) => root !== '' && folder.startsWith(`${root}/`))
    .toSorted((a, b) => b.length - a.length)[0]
  return own === undefined ? folder : folder.slice(own.length + 1)
}

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

interface Tails {
  /** Python files by the last part of their module name. */
  modules: Map<string, string[]>
  /** Go files by the name of their folder. */
  folders: Map<string, string[]>
}

function tailsOf(files: readonly string[]): Tails {
  const modules = new Map<string, string[]>()
  const folders = new Map<string, string[]>()
  const put = (map: Map<string, string[]>, key: string, path: string): void => {
    const list = map.get(key)
    if (list === undefined) map.set(key, [path])
    else list.push(path)
  }
  for (const path of files) {
    if (path.endsWith('.py')) {
      const module = path.replace(/(\/__init__)?\.py$/, '')
      put(modules, module.slice(module.lastIndexOf('/') + 1), path)
    } else if (path.endsWith('.go')) {
      const folder = folderOf(path)
      put(folders, folder.slice(folder.lastIndexOf('/') + 1), path)
    }
  }
  return { modules, folders }
}

function scriptModule(
  files: ReadonlySet<string>,
  manifests: Manifests,
  folder: string,
  module: string,
): readonly string[] {
  if (module.startsWith('.')) return existing(files, joinPath(folder, module))
  for (const alias of manifests.aliases) {
    if (!isBelow(folder, alias.folder)) continue
    const rest = matchStar(alias.pattern, module)
    if (rest === undefined) continue
    for (const target of alias.targets) {
      const found = existing(
        files,
        target.replace('*', () => rest),
      )
      if (found.length > 0) return found
    }
  }
  if (module.startsWith('#')) {
    const own = manifests.packages.filter((it) => isBelow(folder, it.folder))
    for (const { folder: at, internal } of own) {
      const found = throughEntries(files, at, internal, module)
      if (found.length > 0) return found
    }
  }
  for (const { name, folder: at, entries } of manifests.packages) {
    if (name === '' || (module !== name && !module.startsWith(`${name}/`))) continue
    const subpath = module === name ? '.' : `.${module.slice(name.length)}`
    const found = throughEntries(files, at, entries, subpath)
    if (found.length > 0) return found
    const rest = subpath.slice(2)
    for (const place of rest === ''
      ? ['src/index', 'index', 'lib/index', 'src/main']
      : [rest, `src/${rest}`, `lib/${rest}`]) {
      const here = existing(files, joinPath(at, place))
      if (here.length > 0) return here
    }
  }
  // an alias of a bundler that no tsconfig tells: `@/lib/env`, `~/env`
  const bundled = /^(?:@|~|~~|\$lib|src)\/(.+)$/.exec(module)?.[1]
  if (bundled !== undefined) {
    for (let at = folder; ; at = folderOf(at)) {
      for (const place of [`src/${bundled}`, bundled, `app/${bundled}`, `src/lib/${bundled}`]) {
        const found = existing(files, joinPath(at, place))
        if (found.length > 0) return found
      }
      if (at === '') break
    }
  }
  return []
}

function throughEntries(
  files: ReadonlySet<string>,
  folder: string,
  entries: readonly { subpath: string; target: string }[],
  subpath: string,
): readonly string[] {
  for (const entry of entries) {
    const rest = matchStar(entry.subpath, subpath)
    if (rest === undefined) continue
    const target = entry.target.replace('*', () => rest)
    // what is published is made from what lies in src
    for (const place of [
      target,
      target.replace(/(^|\/)(dist|build|lib|out)(\/(esm|cjs|types))?\//, '$1src/'),
    ]) {
      const found = existing(files, joinPath(folder, place))
      if (found.length > 0) return found
    }
  }
  return []
}

/** What the star stands for; '' where the names are the same. */
function matchStar(pattern: string, name: string): string | undefined {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === name ? '' : undefined
  const before = pattern.slice(0, star)
  const after = pattern.slice(star + 1)
  if (name.length < before.length + after.length) return undefined
  if (!name.startsWith(before) || !name.endsWith(after)) return undefined
  return name.slice(before.length, name.length - after.length)
}

function existing(files: ReadonlySet<string>, path: string): readonly string[] {
  for (const ending of endings) {
    const found = path === '' ? ending.slice(1) : path + ending
    if (files.has(found)) return [found]
  }
  // TypeScript imports `./env.js` and means env.ts
  const bare = path.replace(/(\.d)?\.[mc]?[jt]sx?$/, '')
  if (bare !== path) {
    for (const ending of endings) if (files.has(bare + ending)) return [bare + ending]
  }
  return []
}

function pythonModule(
  files: ReadonlySet<string>,
  tails: Tails,
  folder: string,
  module: string,
): readonly string[] {
  const dots = /^\.*/.exec(module)![0].length
  const path = module.slice(dots).replaceAll('.', '/')
  const at = (base: string): string[] => {
    const whole = base === '' ? path : path === '' ? base : `${base}/${path}`
    return [`${whole}.py`, `${whole}/__init__.py`].filter((it) => files.has(it))
  }
  if (dots > 0) {
    let base = folder
    for (let up = 1; up < dots; up++) base = folderOf(base)
    return at(base)
  }
  for (let base = folder; ; base = folderOf(base)) {
    const found = at(base)
    if (found.length > 0) return found
    if (base === '') break
  }
  const ends = (tails.modules.get(path.slice(path.lastIndexOf('/') + 1)) ?? []).filter((it) =>
    `/${it.replace(/(\/__init__)?\.py$/, '')}`.endsWith(`/${path}`),
  )
  return ends.length === 1 ? ends : []
}

const isBelow = (folder: string, above: string): boolean =>
  above === '' || folder === above || folder.startsWith(`${above}/`)
