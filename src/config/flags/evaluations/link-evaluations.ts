import type { DynamicEvaluation, FlagEvaluation, FlagSdk } from './flag-evaluation.ts'
import type { FlagMethod } from './flag-methods.ts'
import { methodOf } from './flag-methods.ts'
import type { CallArgument, SourceCall, SourceCalls } from './source-calls.ts'

/** A function of the code that hands its parameter to a library as the key of a flag. */
export interface FlagWrapper extends FlagMethod {
  name: string
  file: string
  sure: boolean
}

export interface CalledFile {
  file: string
  calls: SourceCalls
  libraries: ReadonlySet<FlagSdk>
  /** Names that the file imports, or that lie in the same package. */
  knows: (name: string) => boolean
}

export interface Evaluations {
  evaluations: FlagEvaluation[]
  dynamic: DynamicEvaluation[]
}

/** Functions that pass a parameter on as a key, one level deep. */
export function wrappersIn({ file, calls, libraries }: CalledFile): FlagWrapper[] {
  const found = new Map<string, FlagWrapper>()
  for (const call of calls.calls) {
    const method = methodOf(call.name, call.arguments.length)
    if (method === undefined || call.within === undefined) continue
    const { name, parameters } = call.within
    const key = parameters.indexOf(argumentAt(call, method.key, method.names?.key)?.name ?? '')
    if (key < 0 || parameters[key] === '' || found.has(name) || name === call.name) continue
    const given = defaultArgument(call, method)
    const position = given?.name === undefined ? -1 : parameters.indexOf(given.name)
    const fixed =
      given?.literal ??
      (typeof method.default === 'object' && 'value' in method.default ? method.default : undefined)
    const { names: _, ...rest } = method
    found.set(name, {
      ...rest,
      name,
      file,
      key,
      least: key + 1,
      default: position >= 0 ? position : (fixed ?? Number.MAX_SAFE_INTEGER),
      sure: libraries.has(method.sdk),
    })
  }
  return [...found.values()]
}

/** Evaluations of a file, its own and through wrappers; `constants`: texts of names that have one meaning. */
export function evaluationsIn(
  { file, calls, libraries, knows }: CalledFile,
  wrappers: ReadonlyMap<string, FlagWrapper>,
  constants: ReadonlyMap<string, string>,
): Evaluations {
  const evaluations: FlagEvaluation[] = []
  const dynamic: DynamicEvaluation[] = []
  const local = new Map(calls.constants)
  for (const call of calls.calls) {
    const wrapper = wrappers.get(call.name)
    const library = methodOf(call.name, call.arguments.length)
    // a function of the code that is called like one of a library
    const isHidden =
      library !== undefined &&
      wrapper !== undefined &&
      !libraries.has(library.sdk) &&
      (wrapper.file === file || knows(call.name))
    const method = isHidden ? wrapper : (library ?? wrapper)
    if (method === undefined || call.arguments.length < method.least) continue
    const own = method !== wrapper
    const sure = own
      ? libraries.has(method.sdk)
      : wrapper !== undefined && wrapper.sure && (wrapper.file === file || knows(call.name))
    const location = { file, line: call.line, column: call.column }
    const argument = argumentAt(call, method.key, method.names?.key)
    const literal = argument?.literal?.value
    const named = argument?.name ?? ''
    const isParameter = call.within?.parameters.includes(named) === true
    // names of other files only where they look like constants
    const elsewhere = /[A-Z]/.test(named) ? constants.get(named) : undefined
    const key = literal ?? (isParameter ? undefined : (local.get(named) ?? elsewhere))
    if (typeof key !== 'string' || key === '' || key.length > 200) {
      // the key of a wrapper is known where the wrapper is called
      const passed = isParameter && wrappers.has(call.within?.name ?? '')
      if (sure && !passed) dynamic.push({ location, text: call.text })
      continue
    }
    const given = defaultArgument(call, method)
    const fixed =
      typeof method.default === 'object' && 'value' in method.default ? method.default : undefined
    const text = given?.name === undefined ? undefined : local.get(given.name)
    const value = given?.literal ?? (text === undefined ? fixed : { value: text })
    evaluations.push({
      key,
      sdk: method.sdk,
      asksOnOff: method.asksOnOff,
      sure,
      location,
      ...(value === undefined ? {} : { default: { value: value.value } }),
      ...(own ? {} : { via: call.name }),
    })
  }
  return { evaluations, dynamic }
}

function argumentAt(call: SourceCall, index: number, keyword?: string): CallArgument | undefined {
  const named =
    keyword === undefined ? undefined : call.arguments.find((it) => it.keyword === keyword)
  const [positional] = call.arguments.slice(index, index + 1)
  return named ?? (positional?.keyword === undefined ? positional : undefined)
}

function defaultArgument(call: SourceCall, method: FlagMethod): CallArgument | undefined {
  if (typeof method.default === 'number')
    return argumentAt(call, method.default, method.names?.default)
  if ('last' in method.default) {
    const named = call.arguments.find((it) => it.keyword === method.names?.default)
    if (named !== undefined) return named
    const { last } = method.default
    return call.arguments.length > last ? call.arguments[last] : call.arguments[last - 1]
  }
  // on or off: what the caller says beside the key, if anything
  if (!method.asksOnOff) return undefined
  return call.arguments
    .slice(method.key + 1)
    .findLast((it) => typeof it.literal?.value === 'boolean')
}
