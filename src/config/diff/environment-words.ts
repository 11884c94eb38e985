import { environmentKind } from '../repository/environment-kind.ts'
import type { EnvironmentKind } from '../repository/environment-kind.ts'

/** Only what cannot mean much else: `live`, `sandbox` or `beta` inside a value are no names of environments by themselves. */
const words: Record<EnvironmentKind, readonly string[]> = {
  production: ['production', 'prod', 'prd'],
  staging: ['preproduction', 'preprod', 'staging', 'stage', 'stag', 'stg', 'uat'],
  development: ['development', 'develop', 'dev', 'local'],
  test: ['testing', 'test', 'tst', 'qa'],
  other: [],
}

/** Finds the names of one environment inside a text. */
export interface EnvironmentWords {
  name: string
  kind: EnvironmentKind
  /** The text with every name as `{environment}`. */
  templated(text: string): string
  isIn(text: string): boolean
}

/** `stg`, `stage` and `staging` name the environment `staging`, beside its own name. */
export function environmentWords(
  name: string,
  kind: EnvironmentKind = environmentKind(name),
): EnvironmentWords {
  const own = name.length < 2 || /^(live|sandbox)$/i.test(name) ? [] : [name]
  const all = [...new Set([...own, ...words[kind]])].toSorted((a, b) => b.length - a.length)
  const pattern = all.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  const finder = new RegExp(`(?<![a-z])(?:${pattern === '' ? '(?!)' : pattern})(?![a-z])`, 'gi')
  return {
    name,
    kind,
    templated: (text) => text.replaceAll(finder, '{environment}'),
    isIn: (text) => text.search(finder) >= 0,
  }
}
