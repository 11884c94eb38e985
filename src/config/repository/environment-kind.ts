/** What an environment is for, as far as its name tells; `other` where it does not. */
export type EnvironmentKind = 'production' | 'staging' | 'development' | 'test' | 'other'

const words: readonly [EnvironmentKind, ReadonlySet<string>][] = [
  [
    'staging',
    new Set([
      'staging', 'stage', 'stg', 'stag', 'preprod', 'preproduction', 'preprd', 'nonprod', 'nonproduction', 'uat', 'qa',
      'preview', 'acceptance', 'acc', 'integration', 'sandbox', 'beta', 'review', 'rc',
    ]),
  ],
  ['production', new Set(['production', 'prod', 'prd', 'live'])],
  ['test', new Set(['test', 'tests', 'testing', 'tst', 'ci', 'e2e'])],
  ['development', new Set(['development', 'develop', 'dev', 'local', 'localhost', 'devel'])],
] // prettier-ignore

/**
 * By the words of the name: `prod-eu` is production, `pre-production` and `nonprod` are not. Where several words say
 * something, what is not production wins: `production-test`.
 */
export function environmentKind(name: string): EnvironmentKind {
  const joined = name.toLowerCase().replace(/\b(pre|non|not|un)[-_.](?=prod|prd|live)/g, '$1')
  const parts = new Set(joined.split(/[^a-z0-9]+|(?<=[a-z])(?=\d+$)/))
  const said = words.filter(([, known]) => [...known].some((word) => parts.has(word)))
  if (said.length === 0) return 'other'
  return said.find(([kind]) => kind !== 'production')?.[0] ?? 'production'
}
