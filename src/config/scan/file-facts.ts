/**
 * What one file says about configuration, before files are put together. Plain data: it is computed by one language's
 * collector from the file's text alone, kept by the hash of its content, and linked with the facts of other files later.
 *
 * Three things become reads: what reads the language's own environment (`reads`), what uses a *symbol* that turns out to
 * stand for the environment or for a function that looks keys up (`uses`), and the fields of schemas (`fields`) once it is
 * seen that the schema is filled from the environment.
 */
import type { DefaultValue, Language, Phase, ReadTier, ValueType } from '../key-read.ts'

/** Line and column, from 1. */
export interface Place {
  line: number
  column: number
}

/** A read as far as the file alone tells; `key` with `*` is a template. */
export interface FactRead extends Place {
  key: string
  tier: ReadTier
  default?: DefaultValue
  required?: boolean
  type?: ValueType
  values?: string[]
  range?: { min?: number; max?: number }
  sink?: string
  via?: string
  /** The mechanism compares names without regard to case. */
  anyCase?: true
  /** Where the text says it (`ARG` in a Dockerfile); else the file's path tells. */
  phase?: Phase
  /** The schema of the file that it is a field of: left out where that schema is filled under a prefix by another file. */
  within?: string
  /** A schema, of any file: left out where that one is filled, since its fields are then known. */
  unless?: SymbolPath
}

/**
 * A name, and what is picked from it: `['config', 'env']` is `config.env`. The first part is a name of the file's own
 * scope, of an import, or (for languages whose names are global) of a class or function anywhere in the repository.
 */
export type SymbolPath = string[]

/** What a symbol stands for. */
export type Meaning =
  /** The environment itself. `prefix`: keys begin with it, and users leave it out. */
  | { is: 'environment'; prefix?: string }
  /** Whatever `of` stands for. */
  | { is: 'same'; of: SymbolPath }
  /**
   * A function that looks up its parameter: the key is `prefix + argument + suffix` in the environment, or in what `of`
   * stands for. `via`: what `of` is handed the key as, where it is a function itself (its parameter's index).
   */
  | {
      is: 'accessor'
      keyParameter: number
      defaultParameter?: number
      prefix?: string
      suffix?: string
      upperCased?: boolean
      /** Every argument from there on is a key. */
      rest?: boolean
      /** All its arguments from there on, with this between them, are one key. */
      joined?: string
      /** What stands in an upper-cased key for a dot, a dash or a blank; left out = `_`. */
      separator?: string
      /** Names are compared without regard to case. */
      anyCase?: true
      /** What it looks up too, with these after the key: `_FILE`. */
      also?: string[]
      of?: SymbolPath
      /** Position at which `of`, where it is a function, gets the key; left out = any. */
      argument?: number
      required?: boolean
      type?: ValueType
      default?: DefaultValue
    }
  /** An object whose members have meanings of their own, for example a class or a module. */
  | { is: 'object'; members: Record<string, Meaning> }
  /**
   * A schema or settings class; its keys are the fields of that name in `fields`, and those of the schemas it extends.
   * A class that extends one that is filled is filled too.
   */
  | { is: 'schema'; schema: string; extends?: SymbolPath[]; prefix?: string }
  /** A constant text, or a list of texts that is looped over: names of keys that are written elsewhere than they are used. */
  | { is: 'text'; texts: string[] }
  /** The parameter of a function: the environment, where a call hands it over (`handovers`). */
  | { is: 'parameter'; of: SymbolPath; index: number }

export interface FactSymbol {
  name: string
  /** Name under which other files get it; left out = not exported. `default` and `*` mean what they mean in imports. */
  exported?: string
  meaning: Meaning
}

export interface FactImport {
  /** Local name; '*' = everything of the module. */
  name: string
  /** As written: `./env`, `@/lib/env`, `myapp.settings`. */
  module: string
  /** Name in the module; `*` = the module itself, `default` = its default export. */
  imported: string
  /** It is passed on: `export { env } from './env'`. */
  exported?: string
}

/** What reads `key` if `path` turns out to stand for the environment (`member`), or a function that looks it up (`call`). */
export interface FactUse extends Place {
  /** Empty = the language's own environment. */
  path: SymbolPath
  /** `whole`: handed to something that is not understood. */
  how: 'member' | 'call' | 'whole'
  /** Literal or template; undefined = not known from the text: a dynamic read if `path` is what it may be. */
  key?: string
  /** Instead of `key`: what stands for a text, or a list of texts, wherever it is written. */
  keyOf?: SymbolPath
  /** With `call`: position of the argument `key` came from; other literal arguments by position. */
  argument?: number
  arguments?: Record<number, string>
  default?: DefaultValue
  required?: boolean
  type?: ValueType
  sink?: string
  /** The expression, at most 80 characters, for the list of dynamic reads. */
  text?: string
}

/** A field of a schema or settings class. */
export interface FactField extends Place {
  schema: string
  /** As the environment would name it, without the schema's prefix. */
  key: string
  /**
   * Its type, where that may be a schema of its own: the keys are then that schema's, under `key` and `separator`. With
   * an empty separator the field is no key itself, whatever its type is.
   */
  of?: SymbolPath
  separator?: string
  default?: DefaultValue
  required?: boolean
  type?: ValueType
  values?: string[]
  range?: { min?: number; max?: number }
}

/** A schema is filled from something: `Schema.parse(process.env)`; what stands for the environment may lie elsewhere. */
export interface FactFilling extends Place {
  schema: SymbolPath
  /** Left out = the language's own environment. */
  from?: SymbolPath
  prefix?: string
  /** A text that is written elsewhere and stands before `prefix`: the section of a configuration file, `A:B`. */
  section?: SymbolPath
  /** Between a field and the fields of its type, where the filling says so. */
  separator?: string
  /** The schema of the file that says so: it counts only where that is not itself the field of another one. */
  root?: string
}

/** The environment is handed to a function: `readConfig(process.env)`. */
export interface FactHandover {
  to: SymbolPath
  argument: number
  /** Left out = the language's own environment. */
  from?: SymbolPath
}

export interface FactDynamic extends Place {
  /** At most 80 characters. */
  text: string
}

export interface FileFacts {
  language: Language
  /** What the file's symbols are members of for languages with global names: package, namespace, module path. */
  namespace?: string
  reads: FactRead[]
  dynamic: FactDynamic[]
  wholeObject: FactDynamic[]
  symbols: FactSymbol[]
  imports: FactImport[]
  uses: FactUse[]
  fields: FactField[]
  fillings: FactFilling[]
  handovers?: FactHandover[]
  /** Where the text is not of the language; what lies around it was still read. */
  unparsed: (Place & { reason: string })[]
}
