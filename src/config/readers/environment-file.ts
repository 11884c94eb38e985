/** What readers of environment files are given, and what they share. */
import type {
  Binding,
  BindingSource,
  BindingsRead,
  BindingState,
  Dialect,
  UnreadInput,
} from '../binding.ts'
import { Refused, Unknowable } from '../dialects/scope.ts'
import { SealedValue } from '../sealed-value.ts'

export type EnvironmentFormat = BindingSource

export interface EnvironmentFile {
  /** Relative to the folder that is looked at, with forward slashes. */
  path: string
  text: string
  /** Told rather than recognised: a format, or the dialect of a dotenv file. */
  as?: EnvironmentFormat | Dialect
}

export interface ReadContext {
  /** Name of the environment: `production`. */
  environment: string
  /** The text of a file that another one names, by its path from the folder that is looked at; undefined = not there. */
  resolve: (path: string) => string | undefined
  /** What the one who deploys has in the own environment, complete; left out = not told. */
  host?: ReadonlyMap<string, string>
  /** How many bindings the environment may still get; counted down. Left out = `mostBindings` for each file. */
  room?: { left: number }
}

/** Bindings of one environment: more are told as not read. */
export const mostBindings = 200_000

/** Longest text that is read, in UTF-16 code units. */
export const longestText = 64_000_000

/** Fixed parts of the bindings of one file. */
export type BindingBase = Pick<
  Binding,
  'source' | 'location' | 'component' | 'phase' | 'precedence'
> &
  Pick<Partial<Binding>, 'delivery' | 'dialect'>

export type KnownValue =
  | { state: 'set'; text: string }
  | { state: 'unset' }
  | { state: 'reference' | 'unknown'; detail: string }

/** Collects what one file says. */
export class BindingCollector {
  readonly bindings: Binding[] = []
  readonly unread: UnreadInput[] = []
  readonly context: ReadContext
  readonly #room: { left: number }

  constructor(context: ReadContext) {
    this.context = context
    this.#room = context.room ?? { left: mostBindings }
  }

  add(base: BindingBase, key: string, value: KnownValue): void {
    this.#room.left -= 1
    if (this.#room.left === -1) {
      const { file, line } = base.location
      const most = mostBindings.toLocaleString('en')
      this.notRead(
        file,
        line,
        `The environment has more than ${most} keys: those from here on are not read.`,
      )
    }
    if (this.#room.left < 0) return
    const binding: Binding = {
      ...base,
      environment: this.context.environment,
      key,
      state: stateOf(value),
    }
    if (value.state === 'set') binding.value = new SealedValue(value.text)
    else if (value.state !== 'unset') binding.detail = value.detail
    this.bindings.push(binding)
  }

  notRead(file: string, line: number, reason: string): void {
    this.unread.push({ location: { file, line }, reason })
  }

  read(): BindingsRead {
    return { bindings: this.bindings, unread: this.unread }
  }
}

function stateOf(value: KnownValue): BindingState {
  return value.state === 'set' && value.text === '' ? 'empty' : value.state
}

/** The value that `make` gives, or why there is none. */
export function known(make: () => string | undefined): KnownValue {
  try {
    const text = make()
    return text === undefined ? { state: 'unset' } : { state: 'set', text }
  } catch (error) {
    if (error instanceof Unknowable || error instanceof Refused) {
      return { state: 'unknown', detail: error.message }
    }
    throw error
  }
}

/** A path that a file names, from the folder that is looked at; undefined = outside of it. */
export function besides(file: string, path: string): string | undefined {
  if (path.startsWith('/')) return undefined
  const parts = file.split('/').slice(0, -1)
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.join('/')
}
