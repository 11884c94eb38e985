import type { EnvironmentWords } from './environment-words.ts'

export interface Derivation {
  /** With `{environment}`, or `[...]` around what production leaves out; holds the rest of the value. */
  template: string
}

/** Longest value that a template is looked for in, in UTF-16 code units. */
const longest = 10_000

/**
 * A template that gives both values when the environment's name is put in: `api.{environment}.example.com`. Where one
 * environment is production, its value may leave the name out: `api[.{environment}].example.com`. Undefined where there is
 * none, and where a value names the other environment.
 */
export function deriveTemplate(
  [one, other]: readonly [string, string],
  [ofOne, ofOther]: readonly [EnvironmentWords, EnvironmentWords],
): Derivation | undefined {
  if (one.length > longest || other.length > longest) return undefined
  const left = ofOne.templated(one)
  const right = ofOther.templated(other)
  if (left === right) return left === one ? undefined : { template: left }
  if (ofOther.kind === 'production' && right === other) return withoutName(left, other)
  if (ofOne.kind === 'production' && left === one) return withoutName(right, one)
  return undefined
}

const place = '{environment}'

function withoutName(template: string, plain: string): Derivation | undefined {
  if (!template.includes(place) || plain.length < 4) return undefined
  for (const pattern of [/[-._/]\{environment\}/g, /\{environment\}[-._/]/g]) {
    if (template.replaceAll(pattern, '') === plain) {
      return { template: template.replaceAll(pattern, '[$&]') }
    }
  }
  return undefined
}
