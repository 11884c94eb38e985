/** The environment of a command: that of this process, with what an environment binds, and a mutant in it. Pure. */
import type { Binding } from '../binding.ts'
import type { Mutant } from './mutant.ts'

/** Without these as they are here nothing can be started here: what an environment binds to them is meant for another machine. */
const machine =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|TMPDIR|TEMP|TMP|IFS|BASH_ENV|NODE_OPTIONS|NODE_PATH|NODE_V8_COVERAGE|PYTHONPATH|PYTHONHOME|LD_\w+|DYLD_\w+|AFTERGREEN_TRACE)$/

export const isMachineKey = (key: string): boolean => machine.test(key)

export interface BoundEnvironment {
  env: NodeJS.ProcessEnv
  /** Bindings that are in it. */
  applied: number
  /** Keys whose value lies elsewhere or is not known: they are as this process has them. */
  hidden: string[]
}

export function boundEnvironment(
  base: NodeJS.ProcessEnv,
  bindings: Iterable<Pick<Binding, 'key' | 'state' | 'value'>>,
): BoundEnvironment {
  const env = { ...base }
  const hidden: string[] = []
  let applied = 0
  for (const { key, state, value } of bindings) {
    if (isMachineKey(key) || !isPossibleKey(key)) continue
    const text = state === 'empty' ? '' : state === 'set' ? value?.reveal() : undefined
    if (state === 'unset') delete env[key]
    else if (text === undefined || text.includes('\0')) {
      hidden.push(key)
      continue
    } else env[key] = text
    applied += 1
  }
  return { env, applied, hidden }
}

/** Linux takes no longer one: nothing can be started with it. */
const longestValue = 128_000

/** A sentence where no process can be given the mutant, or where it changes nothing. */
export function withMutant(
  base: NodeJS.ProcessEnv,
  { key, state, value, also }: Pick<Mutant, 'key' | 'state' | 'value' | 'also'>,
): NodeJS.ProcessEnv | string {
  if (isMachineKey(key)) return 'Nothing can be started here with another value of it.'
  const text = state === 'set' ? value?.reveal() : state === 'empty' ? '' : undefined
  const beside = also?.value.reveal()
  for (const it of [text, beside]) {
    if (it === undefined) continue
    if (it.includes('\0')) return 'No process can be given a value with a zero byte.'
    if (it.length > longestValue) return 'No process can be given so long a value.'
  }
  if (!isPossibleKey(key) || (also !== undefined && !isPossibleKey(also.key))) {
    return 'No process can be given a key of this name.'
  }
  const env = { ...base }
  if (text === undefined) delete env[key]
  else env[key] = text
  if (also !== undefined) env[also.key] = beside
  if (env[key] === base[key] && (also === undefined || env[also.key] === base[also.key])) {
    return 'The right value is not known here: a run with this one would be the same run.'
  }
  return env
}

const isPossibleKey = (key: string): boolean => key !== '' && !/[=\0]/.test(key)
