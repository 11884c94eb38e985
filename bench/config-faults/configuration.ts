/** The configuration that a case changes: a model of files, so that a change and its label are made before anything is read. */
import type { KeyRead, ValueType } from '../../src/config/key-read.ts'

/** How the two environments are written. */
export const forms = [
  'dotenv',
  'compose',
  'env-file',
  'kubernetes',
  'terraform',
  'github-actions',
] as const
/** Those that the names of files tell; a plan and a workflow are given by name. */
export const formsByName: readonly Form[] = forms.slice(0, 4)
export type Form = (typeof forms)[number]

export type Side = 'staging' | 'production'

export interface Entry {
  key: string
  value: string
  /** A secret of Kubernetes, and what is rotated. */
  secret: boolean
  /** The line as it is, in place of what `key` and `value` give. */
  raw?: string
  /** Left out = quotes where they are needed. */
  quotes?: '' | "'" | '"'
  /** Text of a comment above it. */
  comment?: string
  /** Kubernetes: the entry of the secret that is referred to, where it is not `key`. */
  refersTo?: string
  /** `worker` beside or in place of `app`; Compose and Kubernetes alone. */
  services?: readonly ('app' | 'worker' | 'build')[]
}

export interface Configuration {
  form: Form
  /** Folder of the sample, with a slash at its end; '' = the root. */
  folder: string
  sides: Record<Side, Entry[]>
  /** Where a sample is: its path and text. */
  sample?: { path: string; text: string }
  /** Appended to the text of a side's file. */
  tail: Record<Side, string>
  /** Names of files that are changed: by the name that they would have. */
  renamed: Record<string, string>
  /** Windows ends of lines, other indents: changes of the whole text. */
  reshape?: (text: string) => string
}

/** What is known of a key of the repository. */
export interface KeyFacts {
  key: string
  /** As samples, Compose files and environments of the repository write it. */
  example: string
  reads: readonly KeyRead[]
  type?: ValueType
  values?: readonly string[]
  fallback?: string
  required: boolean
  inSample: boolean
}

export const cloned = (it: Configuration): Configuration => ({
  ...it,
  sides: {
    staging: it.sides.staging.map((entry) => ({ ...entry })),
    production: it.sides.production.map((entry) => ({ ...entry })),
  },
  tail: { ...it.tail },
  renamed: { ...it.renamed },
  ...(it.sample === undefined ? {} : { sample: { ...it.sample } }),
})

export const entryOf = (it: Configuration, side: Side, key: string): Entry | undefined =>
  it.sides[side].find((entry) => entry.key === key)

/** A name that somebody would take for that of a secret. */
export const looksSecret = (key: string): boolean =>
  /(SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|SALT|_PASS$|_KEY$)/i.test(key) &&
  !/PUBLIC|PUBLISHABLE|_(TTL|EXPIRY|LENGTH|NAME|PATH|FILE|ENABLED|HEADER|LIFETIME|URL)$/i.test(key)
