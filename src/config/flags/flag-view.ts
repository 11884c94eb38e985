/** A flag with everything that is known of it: what each environment decides, and what the code takes alone. Pure. */
import type { Context } from './condition.ts'
import { contextFor } from './condition.ts'
import type { Decision, FlagsByKey } from './decide.ts'
import { codeDefault, decide } from './decide.ts'
import type { FlagEvaluation } from './evaluations/flag-evaluation.ts'
import type { Flag, FlagEnvironment, FlagRule } from './flag.ts'
import { variantOf } from './flag.ts'

export interface FlagView {
  flag: Flag
  environments: EnvironmentView[]
  evaluations: readonly FlagEvaluation[]
  /** Different defaults in the code, as JSON; empty = none is a literal, or nobody asks. */
  codeDefaults: readonly string[]
}

export interface EnvironmentView {
  environment: FlagEnvironment
  /** As it is now, without a context. */
  now: Decision
  /** Switched on, and off, without a context. */
  enabled: Decision
  off: Decision
  /** Each rule with the context that it asks for; no decision where none is found. */
  rules: { rule: FlagRule; decision?: Decision }[]
}

/** Values as JSON by percent; what the code decides itself is its default, where there is one. */
export type ValueShares = ReadonlyMap<string, number>

/** What the code's default is where nobody knows it. */
export const unknownDefault = 'the default in the code'

export function viewFlag(
  flag: Flag,
  flags: FlagsByKey,
  evaluations: readonly FlagEvaluation[],
  today: number,
): FlagView {
  const nobody: Context = new Map([['currentTime', new Date(today).toISOString()]])
  const environments = flag.environments.map((environment): EnvironmentView => ({
    environment,
    now: decide(environment, nobody, flags),
    enabled: decide(environment, nobody, flags, { enabled: true }),
    off: decide(environment, nobody, flags, { enabled: false }),
    rules: environment.rules.slice(0, 300).map((rule) => {
      const found = contextFor(rule.when)
      if (found === undefined) return { rule }
      const context = new Map([...nobody, ...found])
      if (rule.by !== undefined && !context.has(rule.by)) context.set(rule.by, 'somebody')
      return { rule, decision: decide(environment, context, flags) }
    }),
  }))
  const codeDefaults = new Set(
    evaluations.flatMap((it) =>
      it.default === undefined ? [] : [JSON.stringify(it.default.value)],
    ),
  )
  return { flag, environments, evaluations, codeDefaults: [...codeDefaults] }
}

/** Whether the code only asks if the flag is on: variants then count as on. */
export function asksOnOff({ evaluations }: FlagView): boolean {
  return evaluations.length > 0 && evaluations.every((it) => it.asksOnOff)
}

export function valueOf(view: FlagView, variant: string | typeof codeDefault): string {
  if (variant === codeDefault) {
    return view.codeDefaults.length === 1 ? view.codeDefaults[0]! : unknownDefault
  }
  if (view.flag.platform === 'unleash' && asksOnOff(view)) return String(variant !== 'disabled')
  const known = variantOf(view.flag, variant)
  return known === undefined ? `"${variant}", which is not defined` : JSON.stringify(known.value)
}

export function valuesOf(view: FlagView, decision: Decision): ValueShares {
  const values = new Map<string, number>()
  for (const [variant, percent] of decision.shares) {
    const value = valueOf(view, variant)
    values.set(value, (values.get(value) ?? 0) + percent)
  }
  return values
}

export function sameShares(one: ValueShares, other: ValueShares): boolean {
  return (
    one.size === other.size &&
    [...one].every(([value, percent]) => Math.abs((other.get(value) ?? -1) - percent) < 0.01)
  )
}

/** Every value that somebody can get now; undefined where that cannot be told. */
export function possibleValues(
  view: FlagView,
  { now, rules }: EnvironmentView,
): Set<string> | undefined {
  if (now.unknown !== undefined) return undefined
  const found = new Set(valuesOf(view, now).keys())
  for (const { rule, decision } of rules) {
    if (decision === undefined && rule.when.is === 'never') continue
    if (decision === undefined || decision.unknown !== undefined) return undefined
    for (const value of valuesOf(view, decision).keys()) found.add(value)
  }
  return found
}
