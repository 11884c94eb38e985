import type { BindingsRead } from '../binding.ts'
import { expandCompose } from '../dialects/expand-compose.ts'
import { readDotenv } from '../dialects/read-dotenv.ts'
import { Scope, Unknowable } from '../dialects/scope.ts'
import { composeServices } from './compose-services.ts'
import type { ComposeService } from './compose-services.ts'
import { besides, BindingCollector, known } from './environment-file.ts'
import type { BindingBase, KnownValue, ReadContext } from './environment-file.ts'
import { at, listAt, textAt, textOf } from './yaml-tree.ts'
import type { YamlTree } from './yaml-tree.ts'

const ofFiles = 20
const ofEnvironment = 40

/**
 * A Compose file: what `environment`, `env_file` and `build.args` of each service say, with `extends` and `include`
 * followed, `${…}` replaced from the host and the project's `.env`. `environment` beats `env_file`, a later file an
 * earlier one.
 */
export function readCompose(file: string, text: string, context: ReadContext): BindingsRead {
  const collector = new BindingCollector(context)
  const scope = projectScope(file, context)
  for (const service of composeServices(file, text, collector)) {
    for (const [index, layer] of service.layers.entries()) {
      readFiles(service, index, collector, scope)
      readVariables(layer.file, at(layer.tree, 'environment'), scope, collector, {
        source: 'compose',
        component: service.name,
        phase: 'run',
        precedence: ofEnvironment,
      })
      readVariables(layer.file, at(layer.tree, 'build', 'args'), scope, collector, {
        source: 'compose',
        component: service.name,
        phase: 'build',
        precedence: ofEnvironment,
      })
    }
  }
  return collector.read()
}

/** The host's variables come before those of `.env`. */
function projectScope(file: string, context: ReadContext): Scope {
  const scope = new Scope(context.host)
  const text = context.resolve(besides(file, '.env') ?? '.env')
  if (text === undefined) return scope
  const options = context.host === undefined ? {} : { environment: context.host }
  for (const entry of readDotenv(text, 'compose', options).entries) {
    const value =
      entry.value?.reveal() ??
      (entry.state === 'unknown' ? new Unknowable(entry.detail) : undefined)
    if (value !== undefined) scope.file.set(entry.key, value)
  }
  return scope
}

type Base = Omit<BindingBase, 'location'>

function readVariables(
  file: string,
  tree: YamlTree | undefined,
  scope: Scope,
  collector: BindingCollector,
  base: Base,
): void {
  const add = (key: string, written: string | undefined, line: number): void => {
    const value = known(() =>
      written === undefined ? inherited(key, scope) : expandCompose(written, scope),
    )
    collector.add({ ...base, location: { file, line } }, key, value)
  }
  if (tree?.kind === 'map') {
    for (const [key, value] of tree.entries) add(key, textOf(value), value.line)
  }
  if (tree?.kind !== 'list') return
  for (const item of tree.items) {
    const text = textOf(item)
    if (text === undefined) continue
    const sign = text.indexOf('=')
    if (sign === -1) add(text, undefined, item.line)
    else add(text.slice(0, sign), text.slice(sign + 1), item.line)
  }
}

function inherited(key: string, scope: Scope): string | undefined {
  const value = scope.lookUp(key, 'environment')
  if (value === undefined && scope.environment === undefined) {
    throw new Unknowable('It is taken from the environment of the host.')
  }
  return value
}

interface EnvFile {
  path: string
  required: boolean
  raw: boolean
  line: number
}

function envFiles(tree: YamlTree): EnvFile[] {
  const value = at(tree, 'env_file')
  const items = value?.kind === 'list' ? value.items : value === undefined ? [] : [value]
  return items.flatMap((item) => {
    const path = textOf(item) ?? textAt(item, 'path')
    if (path === undefined) return []
    const required = textAt(item, 'required') !== 'false'
    return [{ path, required, raw: textAt(item, 'format') === 'raw', line: item.line }]
  })
}

function readFiles(
  service: ComposeService,
  index: number,
  collector: BindingCollector,
  scope: Scope,
): void {
  const layer = service.layers[index]
  if (layer === undefined) return
  for (const { path, required, raw, line } of envFiles(layer.tree)) {
    const written = known(() => expandCompose(path, scope))
    const from = written.state === 'set' ? besides(layer.file, written.text) : undefined
    const text = from === undefined ? undefined : collector.context.resolve(from)
    if (from === undefined || text === undefined) {
      if (required)
        collector.notRead(
          layer.file,
          line,
          `The env_file of service ${service.name} was not there to be read.`,
        )
      continue
    }
    const dialect = raw ? ('compose-raw' as const) : ('compose' as const)
    const read = readDotenv(text, dialect, environmentOf(scope, layer.tree))
    for (const problem of read.problems) {
      if (read.rejected || problem.reason.endsWith('is read.'))
        collector.notRead(from, problem.line, problem.reason)
    }
    for (const entry of read.entries) {
      const location = { file: from, line: entry.line, column: entry.column }
      collector.add(
        {
          source: 'compose',
          dialect,
          location,
          component: service.name,
          phase: 'run',
          precedence: ofFiles,
        },
        entry.key,
        entryValue(entry),
      )
    }
  }
}

/** References in an env_file see the host and `.env`, then what `environment` says. */
function environmentOf(
  scope: Scope,
  tree: YamlTree,
): { environment?: ReadonlyMap<string, string> } {
  if (scope.environment === undefined) return {}
  const seen = new Map<string, string>()
  const environment = at(tree, 'environment')
  if (environment?.kind === 'map') {
    for (const [key, value] of environment.entries) {
      const given = textOf(value)
      const text = given === undefined ? undefined : known(() => expandCompose(given, scope))
      if (text?.state === 'set') seen.set(key, text.text)
    }
  }
  for (const item of listAt(tree, 'environment')) {
    const [key = '', value] = (textOf(item) ?? '').split(/=([^]*)/, 2)
    if (value !== undefined) seen.set(key, value)
  }
  for (const [key, value] of scope.file) if (typeof value === 'string') seen.set(key, value)
  for (const [key, value] of scope.environment) seen.set(key, value)
  return { environment: seen }
}

/** A dotenv entry as the value of a binding. */
export function entryValue(entry: ReturnType<typeof readDotenv>['entries'][number]): KnownValue {
  if (entry.value !== undefined) return { state: 'set', text: entry.value.reveal() }
  if (entry.state === 'unset') return { state: 'unset' }
  return { state: 'unknown', detail: entry.detail ?? 'It is not known.' }
}
