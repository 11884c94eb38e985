/**
 * `config.contract.yaml`: what is expected of a configuration. Everything in it is data, so that rules can be compared,
 * inverted and mutated (config.md §7.2). The JSON Schema that editors complete from is made of the same description.
 */
import { z } from 'zod'
import { bindingSources, dialects } from '../binding.ts'
import { effectClasses } from '../config-finding.ts'

const text = z.string().min(1)
const name = z.string().min(1).max(256)
/** An environment's name, or `*` for those that are not named. */
const environment = name
/** A regular expression between slashes, or a plain text that must be equal. */
const shape = text
const date = z.iso.date()
const dialect = z.enum(dialects)

/** Of these the contract may say that a file is one; of a dotenv file it names the dialects. */
export const fileFormats = bindingSources.filter(
  (source) => source !== 'dotenv' && source !== 'dockerfile',
)

/** Why a rule or an exception stands, who answers for it, and until when. */
const grounds = {
  reason: text,
  owner: name.optional(),
  expires: date.optional(),
}

const environmentFile = z.strictObject({
  path: text,
  /** How it is read, where name and content do not tell. */
  as: z.enum(fileFormats).optional(),
  /** Who reads a dotenv file; several where several do. */
  dialects: z.array(dialect).min(1).optional(),
  component: name.optional(),
})

const environmentSource = z.strictObject({
  files: z.array(z.union([text, environmentFile])),
  /** Real users and real money; the names production, prod and live say so by themselves. */
  production: z.boolean().optional(),
})

/** What one value must be. Everything that is named must hold. */
const valueRule = z.strictObject({
  type: z
    .enum(['string', 'boolean', 'integer', 'number', 'url', 'enum', 'list', 'json', 'duration'])
    .optional(),
  values: z.array(z.string()).min(1).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  /** Of numbers and durations: `ms`, `s`, `bytes`. */
  unit: name.optional(),
  matches: shape.optional(),
  not: shape.optional(),
  scheme: z.array(name).min(1).optional(),
  /** `public`, `private` (loopback, private ranges, single-label and cluster names), or a host or `*.host`. */
  host: z.array(name).min(1).optional(),
  /** After trimming. */
  minBytes: z.int().nonnegative().optional(),
  maxBytes: z.int().nonnegative().optional(),
})

const keyContract = z.strictObject({
  ...valueRule.shape,
  description: z.string().optional(),
  /** In every environment, or in those named. */
  required: z.union([z.boolean(), z.array(environment)]).optional(),
  default: z.string().optional(),
  sensitive: z.boolean().optional(),
  effect: z.enum(effectClasses).optional(),
  component: name.optional(),
  phase: z.enum(['build', 'deploy', 'run', 'test']).optional(),
  owner: name.optional(),
  /** Must be the same in all environments, or in those named. */
  mustMatch: z.union([z.literal(true), z.array(environment).min(2)]).optional(),
  /** No two environments (of those named) may hold the same value. */
  mustDiffer: z.union([z.literal(true), z.array(environment).min(2)]).optional(),
  /** A difference is meant; what `config diff --accept` writes. */
  mayDiffer: z.strictObject(grounds).optional(),
  perEnvironment: z.record(environment, valueRule).optional(),
  onlyIn: z.array(environment).min(1).optional(),
  absentIn: z.array(environment).min(1).optional(),
  /** Numbers may not fall from the first of these environments to the last. */
  increasesAlong: z.array(environment).min(2).optional(),
  /** Set without effect unless this holds. */
  onlyIf: z.strictObject({ key: name, matches: shape }).optional(),
  reviewBy: date.optional(),
  expires: date.optional(),
})

/** Between several keys of one environment and component. Exactly one kind a rule. */
const crossRule = z.strictObject({
  id: name.optional(),
  /** Where the first is set (or matches), the others must be. */
  requires: z
    .strictObject({ if: name, matches: shape.optional(), keys: z.array(name).min(1) })
    .optional(),
  /** At most one of these is set. */
  excludes: z.array(name).min(2).optional(),
  /** Exactly one of these is set. */
  oneOf: z.array(name).min(2).optional(),
  /** Numbers, none smaller than the one before. */
  order: z.array(name).min(2).optional(),
  /** All of test or all of live shape. */
  sameMode: z.array(name).min(2).optional(),
  /** URLs of one host. */
  sameHost: z.array(name).min(2).optional(),
  severity: z.enum(['error', 'warning', 'note']).optional(),
  reason: text.optional(),
})

export const configContractSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  environments: z.record(name, environmentSource).optional(),
  keys: z.record(name, keyContract).optional(),
  rules: z.array(crossRule).optional(),
  /** Functions of this repository that look keys up, where the scanner cannot see it by itself: `config.require`. */
  accessors: z
    .array(z.union([name, z.strictObject({ name, prefix: z.string().optional() })]))
    .optional(),
  /** Built-in packs that are not wanted, with the reason. */
  withoutPacks: z.record(name, text).optional(),
})

export type ConfigContract = z.infer<typeof configContractSchema>
export type KeyContract = z.infer<typeof keyContract>
export type ValueRule = z.infer<typeof valueRule>
export type CrossRule = z.infer<typeof crossRule>
export type EnvironmentSource = z.infer<typeof environmentSource>
