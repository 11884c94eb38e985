/** What linking works on: the facts of every file, and what the manifests of the repository say about names. */
import type { FileFacts } from './file-facts.ts'

export interface ScanInput {
  /** By path. */
  facts: ReadonlyMap<string, FileFacts>
  /** Every file of the repository. */
  files: readonly string[]
  manifests: Manifests
  /** Functions that the repository's contract says look keys up. */
  accessors?: readonly NamedAccessor[]
}

/** As it is called: `config.require`; `prefix` stands before the key that it gets. */
export interface NamedAccessor {
  name: string
  prefix?: string
}

export interface Manifests {
  packages: readonly PackageManifest[]
  aliases: readonly PathAlias[]
}

/** One package.json. */
export interface PackageManifest {
  folder: string
  name: string
  /** Where its name leads, by subpath (`.`, `./env`), with `*`; several are tried in order. */
  entries: readonly { subpath: string; target: string }[]
  /** `imports`: names that begin with `#`. */
  internal: readonly { subpath: string; target: string }[]
}

/** `paths` and `baseUrl` of a tsconfig: names that begin with `pattern` (with `*`) lie in `targets`. */
export interface PathAlias {
  /** Files below it may use the alias. */
  folder: string
  pattern: string
  /** Relative to the root. */
  targets: readonly string[]
}
