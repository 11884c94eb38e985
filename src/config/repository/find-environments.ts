import type { EnvironmentFile } from '../readers/environment-file.ts'
import { environmentKind } from './environment-kind.ts'
import { phaseOf } from './phase-of.ts'

/** A file of an environment, before its text is read. */
export interface EnvironmentPath {
  path: string
  as?: NonNullable<EnvironmentFile['as']>
  /** Counts only where another Compose file is laid over it. */
  base?: true
}

export interface FoundEnvironment {
  name: string
  /** In the order in which they are applied: of equal precedence the later one wins. */
  files: EnvironmentPath[]
}

export interface FoundEnvironments {
  /** By name. */
  environments: FoundEnvironment[]
  /** What looks as if it belonged to an environment and cannot be read as it is. */
  notRecognised: { path: string; reason: string }[]
}

const sampleWord =
  /(^|[.\-_/])(examples?|samples?|templates?|dist|defaults?|schema|tpl|tmpl|vault|keys)([.\-_]|$)/i
const yamlName = /\.ya?ml$/i
const folderOfEnvironments =
  /^(overlays|environments?|envs?|\.envs?|deploy(ments?)?|stages?|clusters?|rendered|manifests|k8s|kubernetes|kustomize|infra(structure)?|compose|docker|config|settings|terraform|live|ecs)$/i

/**
 * The environments of a repository by the names of its files (`.env.production`, `overlays/staging/`,
 * `compose.prod.yaml`, `prod.tfplan.json`): pure, over paths with forward slashes. A file that belongs to tests, examples
 * or documentation belongs to no environment.
 */
export function findEnvironments(files: readonly string[]): FoundEnvironments {
  const found = new Map<string, EnvironmentPath[]>()
  const notRecognised: FoundEnvironments['notRecognised'] = []
  const rendersHere = new Set(
    files.filter((it) => /(^|\/)kustomization\.ya?ml$/i.test(it)).map(folderOf),
  )
  for (const path of files) {
    const said = environmentOf(path)
    if (said === undefined) continue
    if ('reason' in said) {
      notRecognised.push({ path, reason: said.reason })
      continue
    }
    if (/(^|\/)kustomization\.ya?ml$/i.test(path)) {
      const reason = 'An overlay is read after it is built: kustomize build, then name=path.'
      notRecognised.push({ path, reason })
      continue
    }
    if (yamlName.test(path) && rendersHere.has(folderOf(path))) continue
    const list = found.get(said.name) ?? []
    list.push(said.as === undefined ? { path } : { path, as: said.as })
    found.set(said.name, list)
  }
  const names = new Set(found.keys())
  for (const path of files) {
    if (!/(^|\/)(application|bootstrap)\.(ya?ml|properties)$/.test(path)) continue
    if (phaseOf(path) === 'test') continue
    // what all profiles share comes before what one of them says
    for (const [name, list] of found) {
      const profile = new RegExp(
        `^${escaped(folderOf(path))}(application|bootstrap)-${escaped(name)}\\.`,
      )
      if (list.some((file) => profile.test(file.path))) list.unshift({ path })
    }
  }
  for (const list of found.values()) list.unshift(...composeBases(list, files))
  return {
    environments: [...names]
      .toSorted()
      .map((name) => ({ name, files: found.get(name)!.toSorted(localLast) })),
    notRecognised,
  }
}

/** The Compose files without a name beside those with one: `compose.yaml` for `compose.prod.yaml`. */
function composeBases(
  list: readonly EnvironmentPath[],
  files: readonly string[],
): EnvironmentPath[] {
  const own = new Set(list.map(({ path }) => path))
  const folders = new Set(
    list.filter(({ as }) => as === 'compose').map(({ path }) => folderOf(path)),
  )
  return files
    .filter((path) => folders.has(folderOf(path)) && !own.has(path))
    .filter((path) => /(^|\/)(docker-)?compose\.ya?ml$/.test(path))
    .map((path) => ({ path, as: 'compose', base: true }))
}

type Said = { name: string; as?: NonNullable<EnvironmentFile['as']> } | { reason: string }

function environmentOf(path: string): Said | undefined {
  const parts = path.split('/')
  const file = parts.pop() ?? ''
  if (file === '' || path.length > 1000) return undefined
  const inFolder = folderEnvironment(parts)
  const outside = parts.filter((part) => part !== inFolder)
  if (phaseOf([...outside, 'x'].join('/')) === 'test' || sampleWord.test(file)) return undefined
  const lower = file.toLowerCase()
  const values = /^values[-._]([\w-]+)\.ya?ml$|^([\w-]+)[-.]values\.ya?ml$/.exec(lower)
  const valuesOf = values?.[1] ?? values?.[2] ?? (lower === 'values.yaml' ? inFolder : undefined)
  if (valuesOf !== undefined && environmentKind(valuesOf) !== 'other') {
    return {
      reason: 'Helm values are read after they are rendered: helm template, then name=path.',
    }
  }
  return (
    dotenvName(lower, inFolder) ??
    composeName(lower, inFolder) ??
    namedFile(lower) ??
    (inFolder !== undefined && readable(lower) ? { name: clean(inFolder) } : undefined)
  )
}

/** `deploy/<env>/`, `overlays/<env>/`; a folder with an environment's name anywhere counts if that name is plain. */
function folderEnvironment(folders: readonly string[]): string | undefined {
  for (let index = folders.length - 1; index > 0; index -= 1) {
    const name = folders[index]!
    if (!folderOfEnvironments.test(folders[index - 1]!)) continue
    if (environmentKind(name.replace(/^\./, '')) !== 'other') return name
    if (/^(overlays|environments|envs)$/i.test(folders[index - 1]!)) return name
  }
  return undefined
}

function dotenvName(file: string, inFolder: string | undefined): Said | undefined {
  const bare = /^env[.\-_]([\w-]+)$/.exec(file)?.[1]
  if (bare !== undefined && environmentKind(bare) !== 'other') return { name: clean(bare) }
  const match = /^\.env[.\-_]([\w.-]+)$|^([\w.-]+)\.env$|^\.(?:dev|flask)?env(?:rc)?$|^\.env$/.exec(
    file,
  )
  if (match === null) return undefined
  const said = (match[1] ?? match[2] ?? '').split('.').filter((part) => part !== 'local')
  const name = said.find((part) => environmentKind(part) !== 'other')
  if (name !== undefined) return { name: clean(name) }
  if (inFolder !== undefined) return { name: clean(inFolder) }
  // `.env.acme` may be an environment of its own; `queue.env` is a part of something
  if (match[1] !== undefined && said.length === 1) return { name: clean(said[0]!) }
  return /^\.env(\.local)?$/.test(file) ? { name: 'local' } : undefined
}

function composeName(file: string, inFolder: string | undefined): Said | undefined {
  const match =
    /^(?:docker-)?compose(?:[.\-_]([\w.-]+?))?\.ya?ml$|^([\w-]+)[.\-_](?:docker-)?compose\.ya?ml$/.exec(
      file,
    )
  if (match === null) return undefined
  const said = match[1] ?? match[2]
  // what `docker compose up` lays over the other one by itself
  const name = said === 'override' ? undefined : (said ?? inFolder)
  if (said !== undefined && said !== 'override' && environmentKind(said) === 'other') {
    return inFolder === undefined ? undefined : { name: clean(inFolder), as: 'compose' }
  }
  return { name: clean(name ?? 'local'), as: 'compose' }
}

function namedFile(file: string): Said | undefined {
  const spring = /^(?:application|bootstrap)-([\w-]+)\.(?:ya?ml|properties)$/.exec(file)?.[1]
  if (spring !== undefined) {
    return environmentKind(spring) === 'other' ? undefined : { name: spring, as: 'spring' }
  }
  const plan = /^([\w-]+)[.\-_](?:tf)?plan\.json$|^(?:tf)?plan[.\-_]([\w-]+)\.json$/.exec(file)
  const state = /^([\w-]+)[.\-_]tfstate\.json$|^tfstate[.\-_]([\w-]+)\.json$/.exec(file)
  const task =
    /^([\w-]+)[.\-_]task-?_?def(?:inition)?\.json$|^task-?_?def(?:inition)?[.\-_]([\w-]+)\.json$/.exec(
      file,
    )
  for (const [match, as] of [
    [plan, 'terraform-plan'],
    [state, 'terraform-state'],
    [task, 'ecs'],
  ] as const) {
    const name = match?.[1] ?? match?.[2]
    if (name !== undefined && environmentKind(name) !== 'other') return { name: clean(name), as }
  }
  const rendered =
    /^(?:rendered|manifests?|k8s|deployment)[.\-_]([\w-]+)\.ya?ml$|^([\w-]+)[.\-_](?:rendered|manifests?|k8s|deployment)\.ya?ml$/.exec(
      file,
    )
  const name = rendered?.[1] ?? rendered?.[2]
  if (name === undefined || environmentKind(name) === 'other') return undefined
  return { name: clean(name), as: 'kubernetes' }
}

/** What may bind keys in a folder of one environment. */
const readable = (file: string): boolean =>
  (yamlName.test(file) && !/^(chart|values)\b/.test(file)) ||
  /^(plan|tfplan|terraform\.tfstate|task-?_?def\w*)\.json$/.test(file)

const clean = (name: string): string => name.replace(/^[._-]+|[._-]+$/g, '').toLowerCase()

const localLast = (a: EnvironmentPath, b: EnvironmentPath): number =>
  overOthers(a.path) - overOthers(b.path)

const overOthers = (path: string): number => Number(/\.local$|\.override\.ya?ml$/i.test(path))

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
