import { readFileSync, realpathSync, statSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import type { Binding, Dialect, UnreadInput } from '../binding.ts'
import type { EnvironmentFile } from '../readers/environment-file.ts'
import { withoutIdleBases } from '../readers/compose-layers.ts'
import type { LayeredFile } from '../readers/compose-layers.ts'
import { effectiveBindings } from '../readers/effective-bindings.ts'
import { readEnvironment } from '../readers/read-environment.ts'
import { recogniseFormat } from '../readers/recognise-format.ts'
import { componentsOf } from './component-of.ts'
import type { EnvironmentKind } from './environment-kind.ts'
import { environmentKind } from './environment-kind.ts'

/** An environment and the files that make it, in the order in which they are applied. */
export interface EnvironmentPlan {
  name: string
  /** Real users and real money; left out = the name tells. */
  production?: boolean
  files: readonly {
    path: string
    as?: NonNullable<EnvironmentFile['as']>
    dialects?: readonly Dialect[]
    component?: string
    /** Counts only where another Compose file is laid over it. */
    base?: boolean
    /** Named by the user on the command line: it may lie outside of the folder. */
    anywhere?: boolean
  }[]
}

export interface LoadedEnvironment {
  name: string
  kind: EnvironmentKind
  /** Those that count: one a component, key and phase. */
  bindings: Binding[]
  /** All of them, in the order of the files. */
  allBindings: Binding[]
  unread: UnreadInput[]
  /** Texts that were read, with those that they name (`env_file`). `readers`: dialects that are known to read it. */
  files: { path: string; text: string; readers: Dialect[] }[]
}

const largest = 100_000_000

/**
 * Reads environments from files below `root`; a file that leads out of it through a symbolic link is not followed. What
 * cannot be read is told in `unread`. `paths` are all files of the repository, for the component that a file belongs to.
 */
export function loadEnvironments(
  root: string,
  plans: readonly EnvironmentPlan[],
  paths: readonly string[] = [],
): LoadedEnvironment[] {
  const componentOf = componentsOf(paths)
  return plans.map(({ name, production, files }) => {
    const unread: UnreadInput[] = []
    const texts = new Map<string, { text: string; readers: Set<Dialect> }>()
    const bindings: Binding[] = []
    const keep = (path: string, text: string): Set<Dialect> => {
      const kept = texts.get(path) ?? { text, readers: new Set<Dialect>() }
      texts.set(path, kept)
      return kept.readers
    }
    const given: LayeredFile[] = []
    const componentBy = new Map<string, string>()
    for (const { path, as, dialects, component, base, anywhere } of files) {
      const read = readFrom(root, path, anywhere === true)
      if ('reason' in read) {
        unread.push({ location: { file: path, line: 1 }, reason: read.reason })
        continue
      }
      const told = as ?? dialects?.[0]
      given.push({
        path,
        text: read.text,
        ...(told === undefined ? {} : { as: told }),
        ...(base === true ? { base } : {}),
      })
      componentBy.set(path, component ?? componentOf(path))
    }
    const counting = withoutIdleBases(given)
    for (const { path, text } of counting) keep(path, text)
    for (const { path, dialects = [] } of files) {
      for (const dialect of dialects) texts.get(path)?.readers.add(dialect)
    }
    const read = readEnvironment(counting, name, (path) => {
      const other = readFrom(root, path, false)
      if ('reason' in other) return undefined
      const format = recogniseFormat({ path, text: other.text })?.format
      if (format === 'dotenv' || format === undefined) keep(path, other.text).add('compose')
      return other.text
    })
    for (const binding of read.bindings) {
      const component = componentBy.get(binding.location.file)
      const own = binding.component === '' && component !== undefined ? { component } : {}
      bindings.push({ ...binding, ...own })
    }
    return {
      name,
      kind: production === true ? 'production' : kindUnless(name, production),
      bindings: effectiveBindings(bindings),
      allBindings: bindings,
      unread: [...unread, ...read.unread],
      files: [...texts].map(([path, { text, readers }]) => ({
        path,
        text,
        readers: [...readers],
      })),
    }
  })
}

function kindUnless(name: string, production: boolean | undefined): EnvironmentKind {
  const kind = environmentKind(name)
  return production === false && kind === 'production' ? 'other' : kind
}

function readFrom(
  root: string,
  path: string,
  anywhere: boolean,
): { text: string } | { reason: string } {
  try {
    const base = realpathSync(root)
    const real = realpathSync(resolve(base, path))
    if (!anywhere && real !== base && !real.startsWith(base + sep)) {
      return { reason: 'The file lies outside of the folder that is looked at.' }
    }
    const status = statSync(real)
    if (!status.isFile()) return { reason: 'This is no file.' }
    if (status.size > largest) return { reason: 'The file is larger than 100 MB.' }
    const text = readFileSync(real, 'utf8')
    return { text: text.startsWith('\uFEFF') ? text.slice(1) : text }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return { reason: `The file cannot be read (${code}).` }
  }
}
