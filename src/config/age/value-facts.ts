/** What one version of a declaring or binding file says of the wanted keys, as prints. Pure. */
import type { Binding } from '../binding.ts'
import { declarationsIn, mayDeclare } from '../declarations/declarations-in.ts'
import { effectiveBindings } from '../readers/effective-bindings.ts'
import type { EnvironmentFile } from '../readers/environment-file.ts'
import { readEnvironment } from '../readers/read-environment.ts'
import { findEnvironments } from '../repository/find-environments.ts'
import { phaseOf } from '../repository/phase-of.ts'
import { SealedValue } from '../sealed-value.ts'
import type { VersionFacts } from './history.ts'

/** Told by the contract: the environment of a file, and how it is read. */
export interface ToldFile {
  environment: string
  as?: NonNullable<EnvironmentFile['as']>
}

export interface ValueContext {
  keys: ReadonlySet<string>
  /** By path. */
  told: ReadonlyMap<string, ToldFile>
  /** Random, of this run: prints of two runs cannot be compared. */
  secret: Uint8Array
}

/** The lane of what is written down without being bound in an environment: samples, schemas, defaults. */
export const declared = ''

/** Environment, and component, of a place of a value. */
export function laneOf(place: string): { key: string; environment: string; component: string } {
  const [key = '', environment = '', component = ''] = place.split('\0')
  return { key, environment, component }
}

const environments = new Map<string, ToldFile | undefined>()

function environmentOf(path: string): ToldFile | undefined {
  if (environments.has(path)) return environments.get(path)
  const found = findEnvironments([path]).environments[0]
  const as = found?.files[0]?.as
  const told =
    found === undefined
      ? undefined
      : { environment: found.name, ...(as === undefined ? {} : { as }) }
  if (environments.size < 200_000) environments.set(path, told)
  return told
}

/** Whether versions of a file may hold values: documents, which only talk of them, do not. */
export function mayHoldValues(path: string, told: ValueContext['told']): boolean {
  if (told.has(path) || environmentOf(path) !== undefined) return true
  if (!mayDeclare(path) || /\.(?:md|mdx|rst|adoc|markdown)$/i.test(path)) return false
  return phaseOf(path) !== 'test' || /env/i.test(path.slice(path.lastIndexOf('/') + 1))
}

export function valueFacts(path: string, text: string, context: ValueContext): VersionFacts {
  if (!mentionsAny(path, text, context.keys)) return new Map()
  const told = context.told.get(path) ?? environmentOf(path)
  const found = new Map<string, string[]>()
  const add = (key: string, environment: string, component: string, print: string): void => {
    const place = `${key}\0${environment}\0${component}`
    const prints = found.get(place)
    if (prints === undefined) found.set(place, [print])
    else prints.push(print)
  }
  if (told !== undefined) {
    const file = { path, text, ...(told.as === undefined ? {} : { as: told.as }) }
    const { bindings } = readEnvironment([file], told.environment, () => undefined)
    for (const binding of effectiveBindings(bindings)) {
      if (!context.keys.has(binding.key)) continue
      const print = printOf(binding, context.secret)
      add(binding.key, told.environment, binding.component, print)
    }
  } else {
    for (const { key, default: value, example, kind } of declarationsIn(path, text)) {
      if (!context.keys.has(key)) continue
      const written = example ?? (value === undefined ? undefined : new SealedValue(value))
      // a component of a declaration is its folder: it changes when the file moves
      add(
        key,
        declared,
        kind === 'schema' || kind === 'sample' ? '' : kind,
        written?.fingerprint(context.secret, key) ?? 'empty',
      )
    }
  }
  const facts = new Map<string, string>()
  for (const [place, prints] of found) facts.set(place, [...new Set(prints)].toSorted().join())
  return facts
}

function printOf({ key, state, value, detail = '' }: Binding, secret: Uint8Array): string {
  if (state === 'set' && value !== undefined) return value.fingerprint(secret, key)
  if (state === 'reference' || state === 'unknown') {
    return new SealedValue(`${state}\0${detail}`).fingerprint(secret, key)
  }
  return state
}

/** A cheap look: most versions of most files name no key at all. */
function mentionsAny(path: string, text: string, keys: ReadonlySet<string>): boolean {
  // names are made of paths there (`server.port`, `Http.Port`)
  if (/(^|\/)(application|bootstrap|appsettings)[^/]*$|metadata[^/]*\.json$/i.test(path))
    return true
  for (const [name] of text.matchAll(/[A-Za-z_]\w{1,199}/g)) if (keys.has(name)) return true
  return false
}
