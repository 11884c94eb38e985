/** What the tests of the readers share. */
import type { Binding, BindingsRead } from '../binding.ts'
import { effectiveBindings } from './effective-bindings.ts'
import { readEnvironment } from './read-environment.ts'

type Files = Record<string, string>

/** Reads the `named` files (all of them if left out); the others are there to be resolved. */
export function read(
  files: Files,
  { host, named = Object.keys(files) }: { host?: Files; named?: string[] } = {},
): BindingsRead {
  const given = named.map((path) => ({ path, text: files[path] ?? '' }))
  const hostMap = host === undefined ? undefined : new Map(Object.entries(host))
  return readEnvironment(given, 'production', (path) => files[path], hostMap)
}

function shown({ state, value, detail }: Binding): string {
  return value?.reveal() ?? (state === 'reference' ? `-> ${detail}` : state)
}

/** `component key` -> value of what counts. */
export function effective(bindings: readonly Binding[], phase = 'run'): Record<string, string> {
  const counting = effectiveBindings(bindings).filter((binding) => binding.phase === phase)
  return Object.fromEntries(
    counting.map((one) => [`${one.component} ${one.key}`.trim(), shown(one)]),
  )
}
