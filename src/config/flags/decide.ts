/** What a flag comes to in an environment, for one context. Pure. */
import type { Context } from './condition.ts'
import { holds } from './condition.ts'
import type { Flag, FlagEnvironment, Outcome } from './flag.ts'
import { variantOf } from './flag.ts'

/** What the platform answers nothing for. */
export const codeDefault = Symbol('code default')

export interface Decision {
  /** Percent by variant; of shares only what is certain from the export. */
  shares: Map<string | typeof codeDefault, number>
  /** Why a part of it cannot be told. */
  unknown?: string
  /** `off`, `default`, or the name of the rule that decides first. */
  through: string
  /** Attributes without which another rule would have been looked at. */
  missing: readonly string[]
}

/** Flags by key, of the same platform. */
export type FlagsByKey = ReadonlyMap<string, Flag>

interface DecideOptions {
  /** As if it were switched on, or off. */
  enabled?: boolean
  /** Flags that may still be looked at: prerequisites of prerequisites grow without bound. */
  budget?: { left: number }
  depth?: number
}

const deepest = 20

/** Never fails: what cannot be told is `unknown`. */
export function decide(
  environment: FlagEnvironment,
  context: Context,
  flags: FlagsByKey,
  { enabled = environment.on, budget = { left: 500 }, depth = 0 }: DecideOptions = {},
): Decision {
  const decision: Decision = { shares: new Map(), through: '', missing: [] }
  const missing = new Set<string>()
  const serve = (outcome: Outcome, percent: number): void => {
    if (percent <= 0) return
    if (outcome.is === 'variant') add(decision, outcome.variant, percent)
    else if (outcome.is === 'code-default') add(decision, codeDefault, percent)
    else if (outcome.is === 'unknown') decision.unknown ??= outcome.why
    else if (outcome.is === 'default') {
      if (environment.fallthrough.is !== 'default') serve(environment.fallthrough, percent)
    } else {
      const whole = outcome.shares.reduce((sum, { weight }) => sum + weight, 0)
      if (whole <= 0) serve({ is: 'default' }, percent)
      for (const { variant, weight } of outcome.shares) {
        if (weight > 0) add(decision, variant, (percent * weight) / whole)
      }
    }
  }
  const blocked = enabled ? prerequisitesOf(environment, context, flags, budget, depth) : 'no'
  if (blocked !== 'yes') {
    serve(environment.off, 100)
    decision.through = enabled ? 'prerequisite' : 'off'
    if (blocked === 'unknown') decision.unknown = 'it depends on another flag'
    return decision
  }
  let left = 100
  for (const rule of environment.rules) {
    const answer = holds(rule.when, context)
    if (answer === undefined)
      decision.unknown ??= `${rule.name} tests what only the platform can tell`
    if (answer !== true) continue
    const percent = (left * rule.share) / 100
    if (rule.by !== undefined && !context.has(rule.by)) {
      missing.add(rule.by)
      continue
    }
    if (percent > 0) decision.through ||= rule.name
    serve(rule.serve, percent)
    left -= percent
    if (left <= 0) break
  }
  decision.through ||= 'default'
  serve(environment.fallthrough, left)
  return { ...decision, missing: [...missing] }
}

function add(decision: Decision, variant: string | typeof codeDefault, percent: number): void {
  decision.shares.set(variant, (decision.shares.get(variant) ?? 0) + percent)
}

function prerequisitesOf(
  { name, prerequisites }: FlagEnvironment,
  context: Context,
  flags: FlagsByKey,
  budget: { left: number },
  depth: number,
): 'yes' | 'no' | 'unknown' {
  if (prerequisites.length === 0) return 'yes'
  if (depth >= deepest) return 'unknown'
  let answer: 'yes' | 'unknown' = 'yes'
  for (const { flag: key, variants } of prerequisites.slice(0, 50)) {
    if (budget.left-- <= 0) return 'unknown'
    const flag = flags.get(key)
    const environment = flag?.environments.find((it) => it.name === name)
    if (flag === undefined || environment === undefined) return 'no'
    // Unleash takes no prerequisites of prerequisites
    if (flag.platform === 'unleash' && environment.prerequisites.length > 0) return 'no'
    const decision = decide(environment, context, flags, { budget, depth: depth + 1 })
    const wanted = (variant: string | typeof codeDefault): boolean =>
      variants.length > 0
        ? typeof variant === 'string' && variants.includes(variant)
        : typeof variant === 'string' && variantOf(flag, variant)?.value !== false
    const good = [...decision.shares].filter(([variant]) => wanted(variant)).length
    if (good === 0 && decision.unknown === undefined) return 'no'
    if (good < decision.shares.size || decision.unknown !== undefined) answer = 'unknown'
  }
  return answer
}
