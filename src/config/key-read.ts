/** What code reads from its environment: the answer of the scanner, before it is held against anything. */
import type { Location } from './location.ts'

export type Language =
  | 'javascript'
  | 'typescript'
  | 'python'
  | 'go'
  | 'java'
  | 'kotlin'
  | 'ruby'
  | 'rust'
  | 'csharp'
  | 'php'
  | 'yaml'
  | 'properties'
  | 'shell'
  | 'dockerfile'

/** When a key is needed: while the thing is built, while it is deployed, or while it runs. */
export type Phase = 'build' | 'deploy' | 'run' | 'test'

export type ValueType =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'number'
  | 'url'
  | 'enum'
  | 'list'
  | 'json'
  | 'duration'

/**
 * How it is known that a key is read there.
 *
 * - `direct`: the language's own environment (`process.env.KEY`, `os.Getenv("KEY")`);
 * - `alias`: through another name for the environment (`const e = process.env`), in the file or across files;
 * - `accessor`: through a function that looks up its parameter (`env('KEY')`);
 * - `schema`: a field of a schema or settings class that is filled from the environment;
 * - `binding`: an annotation, struct tag or macro of a framework;
 * - `reference`: `${KEY}` in YAML, properties, shell or a Dockerfile.
 */
export type ReadTier = 'direct' | 'alias' | 'accessor' | 'schema' | 'binding' | 'reference'

/** A value that stands in the code for a key that is not set. */
export interface DefaultValue {
  /** As written in the code; undefined where it is not a literal. */
  literal: string | undefined
  /** Unset and empty are the same here (`||`, `:-`): else only unset takes the default (`??`, `-`). */
  forEmpty: boolean
}

/** One place where a key, or every key of a template, is read. */
export interface KeyRead {
  /**
   * Name in the environment (`SERVER_PORT`); of a template, with `*` for each part that is not known (`DB_*_URL`), at
   * least three letters of it known.
   */
  key: string
  template: boolean
  tier: ReadTier
  language: Language
  location: Location
  /** Folder of the nearest package, module or image that the file belongs to; '' = the root. */
  component: string
  phase: Phase
  default?: DefaultValue
  /** True where the code refuses to go on without it; left out where that is not known. */
  required?: boolean
  type?: ValueType
  /** Values of an enum. */
  values?: readonly string[]
  /** Of a number, as its schema says; both ends belong to it. */
  range?: { min?: number; max?: number }
  /** What the value is handed to, as written (`new Stripe`, `createTransport`, `rejectUnauthorized`). */
  sink?: string
  /** The function, class, alias or schema that the read goes through. */
  via?: string
  /** The environment's name may be written in another case. */
  anyCase?: true
}

/** A read whose key nobody can tell from the text: `process.env[name]`. */
export interface DynamicRead {
  language: Language
  location: Location
  /** The expression, at most 80 characters. */
  text: string
}

/** The whole environment handed to something that is not understood: a spread, a loop, an unknown function. */
export type WholeObjectUse = DynamicRead

export interface UnparsedFile {
  location: Location
  /** One sentence. */
  reason: string
}

/** What the scanner could not see: always told, never left out. */
export interface Residual {
  dynamic: readonly DynamicRead[]
  wholeObject: readonly WholeObjectUse[]
  unparsed: readonly UnparsedFile[]
}
