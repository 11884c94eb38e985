import type { ConfigContract } from '../contract/config-contract.ts'
import { environmentKind } from '../repository/environment-kind.ts'
import type { EnvironmentPlan } from '../repository/load-environments.ts'
import { planEnvironments } from '../repository/plan-environments.ts'

/**
 * The environment that is asked for (`name`, or `NAME=FILE,FILE` with paths that `resolve` makes absolute); else the one
 * that is production. `none`: a sentence why there is none; `unknown`: the names that there are instead. Pure.
 */
export function planTarget(
  asked: string | undefined,
  files: readonly string[],
  contract: ConfigContract | undefined,
  resolve: (path: string) => string,
): EnvironmentPlan | { none: string } | { unknown: string[] } {
  const known = [
    ...planEnvironments([], contract, files).plans,
    ...planEnvironments([], undefined, files).plans,
  ].filter(({ name }, index, all) => all.findIndex((it) => it.name === name) === index)
  if (asked !== undefined) {
    const named = known.find(({ name }) => name === asked)
    if (named !== undefined) return named
    const told = asked.includes('=') ? planEnvironments([asked], undefined, []).plans[0] : undefined
    if (told === undefined) return { unknown: known.map(({ name }) => name) }
    return { ...told, files: told.files.map((file) => ({ ...file, path: resolve(file.path) })) }
  }
  const production = known.filter(
    ({ name, production }) =>
      production ?? (environmentKind(name) === 'production' && production !== false),
  )
  const [only] = production
  if (only === undefined) {
    return {
      none: 'No environment looks like production: what only production has cannot be told. Name one with --environment.',
    }
  }
  if (production.length === 1) return only
  const names = production.map(({ name }) => name).slice(0, 10)
  return { none: `${names.join(' and ')} look like production: choose with --environment.` }
}
