/** What an environment gives to a key, and where that is written. */
import type { Phase } from './key-read.ts'
import type { Location } from './location.ts'
import type { SealedValue } from './sealed-value.ts'

/** Who reads a dotenv file, since each of them means something else by the same text (config.md §4.2). */
export type Dialect = (typeof dialects)[number]

export const dialects = [
  'dotenv',
  'dotenv-expand',
  'dotenvx',
  'node',
  'python',
  'docker',
  'compose',
  'compose-raw',
  'kubectl',
  'kubernetes-file',
  'systemd',
  'shell',
] as const

export type BindingSource = (typeof bindingSources)[number]

export const bindingSources = [
  'dotenv',
  'compose',
  'kubernetes',
  'terraform-plan',
  'terraform-state',
  'ecs',
  'github-actions',
  'shell',
  'spring',
  'dockerfile',
] as const

/**
 * - `set`, `empty`: the value is known (`empty` = set to nothing);
 * - `unset`: told to be absent;
 * - `reference`: the value lies elsewhere (a secret, a parameter), and `reference` says where;
 * - `unknown`: it depends on something that was not there to be read. It can fail a gate, never pass one.
 */
export type BindingState = 'set' | 'empty' | 'unset' | 'reference' | 'unknown'

export interface Binding {
  /** Name of the environment: `production`. */
  environment: string
  key: string
  state: BindingState
  /** With `set` and `empty`. */
  value?: SealedValue
  /** With `reference`: `secret/payments#STRIPE_KEY`; with `unknown`: why, in one sentence. */
  detail?: string
  source: BindingSource
  /** Of a dotenv text. */
  dialect?: Dialect
  location: Location
  /** Service, container or job that gets it; '' = all of them. */
  component: string
  phase: Phase
  /** Higher wins; among equals the later one. Only within one environment and component. */
  precedence: number
  /** Whether instances can hold different values at a time, where the source tells (config.md §7.10). */
  delivery?: 'per-revision' | 'shared-mutable'
}

/** Something that was to be read and was not, or only in part: the answer is then incomplete. */
export interface UnreadInput {
  location: Location
  /** One sentence, without any value. */
  reason: string
}

/** What one file, or several put together, say. */
export interface BindingsRead {
  bindings: Binding[]
  unread: UnreadInput[]
}
