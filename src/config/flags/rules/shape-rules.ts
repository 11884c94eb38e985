/** Faults of a flag's own rules: variants that are not there, rules that nobody reaches, circles. */
import type { ConfigFinding } from '../../config-finding.ts'
import { contradictionIn, implies } from '../condition.ts'
import type { FlagsByKey } from '../decide.ts'
import type { Flag, FlagEnvironment, FlagRule, Outcome } from '../flag.ts'
import { variantOf } from '../flag.ts'
import type { FlagView } from '../flag-view.ts'
import { possibleValues } from '../flag-view.ts'
import { shownValue } from '../flag-words.ts'
import { flagFinding, listText } from './flag-finding.ts'

export function shapeFindings(view: FlagView, flags: FlagsByKey): ConfigFinding[] {
  const { flag } = view
  return [
    ...undefinedVariants(flag),
    ...unreachable(flag),
    ...oneSided(view),
    ...missingPrerequisites(flag, flags),
  ]
}

function undefinedVariants(flag: Flag): ConfigFinding[] {
  const found = flag.environments.flatMap((environment) => {
    const places: [string, Outcome][] = [
      ['the default', environment.fallthrough],
      ['the off value', environment.off],
      ...environment.rules.map(({ name, serve }): [string, Outcome] => [name, serve]),
    ]
    return places.flatMap(([place, outcome]) =>
      variantsIn(outcome)
        .filter((variant) => variantOf(flag, variant) === undefined)
        .map((variant) => ({ environment, place, variant })),
    )
  })
  const [first] = found
  if (first === undefined) return []
  const variants = listText(found.map(({ variant }) => `"${variant.slice(0, 60)}"`).slice(0, 5))
  return [
    flagFinding({
      rule: 'undefined-variant',
      key: flag.key,
      severity: 'error',
      environments: [...new Set(found.map(({ environment }) => environment.name))],
      locations: [first.environment.location],
      message: `${flag.key}: ${listText(found.map(({ place }) => place).slice(0, 5))} of ${first.environment.name} serves ${variants}, which the flag does not define; the program falls back to its own default.`,
      hint: `Define it, or serve one of ${
        flag.variants
          .map(({ name }) => name)
          .slice(0, 8)
          .join(', ') || 'the variants that there are'
      }.`,
    }),
  ]
}

function variantsIn(outcome: Outcome): string[] {
  if (outcome.is === 'variant') return [outcome.variant]
  return outcome.is === 'split' ? outcome.shares.map(({ variant }) => variant) : []
}

function unreachable(flag: Flag): ConfigFinding[] {
  const found = flag.environments.flatMap((environment) =>
    unreachableRules(environment).map((it) => ({ ...it, environment })),
  )
  const [first] = found
  if (first === undefined) return []
  const more = found.length > 1 ? ` (and ${found.length - 1} more)` : ''
  return [
    flagFinding({
      rule: 'unreachable-rule',
      key: flag.key,
      severity: 'warning',
      environments: [...new Set(found.map(({ environment }) => environment.name))],
      locations: [first.environment.location],
      message: `${flag.key}: nobody gets to ${first.rule.name} in ${first.environment.name}: ${first.why}${more}.`,
      hint: 'Remove the rule, or put it before the one that hides it.',
    }),
  ]
}

/** Only what follows from the text. Rules that only pass on to the default hide nothing worth telling. */
function unreachableRules({ rules }: FlagEnvironment): { rule: FlagRule; why: string }[] {
  return rules.slice(0, 300).flatMap((rule, index) => {
    if (rule.serve.is === 'default') return []
    if (rule.share <= 0) return [{ rule, why: 'its share is 0 %' }]
    const why = contradictionIn(rule.when)
    if (why !== undefined) return [{ rule, why }]
    const hiding = rules
      .slice(0, index)
      .find((it) => it.share >= 100 && it.by === undefined && implies(rule.when, it.when))
    return hiding === undefined
      ? []
      : [{ rule, why: `${hiding.name} already takes everybody whom it could take` }]
  })
}

function oneSided(view: FlagView): ConfigFinding[] {
  const { flag } = view
  if (flag.archived || ['kill-switch', 'permission', 'permanent'].includes(flag.purpose ?? ''))
    return []
  const value = oneValueOf(view)
  if (value === undefined) return []
  return [
    flagFinding({
      rule: 'one-sided',
      key: flag.key,
      severity: 'note',
      environments: view.environments.map(({ environment }) => environment.name),
      locations: [flag.location],
      message: `${flag.key} gives everybody ${shownValue(flag.key, value)} in every environment: it decides nothing.`,
      hint: 'Take the flag out of the code, or say that it stays (a kill switch, a permission).',
    }),
  ]
}

/** The one value that all get everywhere, as JSON; undefined where there are several, or it cannot be told. */
export function oneValueOf(view: FlagView): string | undefined {
  const values = new Set<string>()
  for (const environment of view.environments) {
    const possible = possibleValues(view, environment)
    if (possible === undefined) return undefined
    for (const value of possible) values.add(value)
  }
  return values.size === 1 ? [...values][0] : undefined
}

function missingPrerequisites(flag: Flag, flags: FlagsByKey): ConfigFinding[] {
  const missing = flag.environments.flatMap((environment) =>
    environment.prerequisites
      .filter((it) => !flags.has(it.flag))
      .map((it) => ({ environment, it })),
  )
  const [first] = missing
  if (first === undefined) return []
  return [
    flagFinding({
      rule: 'missing-prerequisite',
      key: flag.key,
      severity: 'error',
      environments: [...new Set(missing.map(({ environment }) => environment.name))],
      locations: [flag.location],
      message: `${flag.key} needs the flag ${listText(missing.map(({ it }) => it.flag))}, which the exports do not have: it is off for everybody.`,
      hint: 'Export that flag too, or remove the prerequisite.',
    }),
  ]
}

/** Flags that need one another in a circle: none of them can be on. */
export function prerequisiteCycles(flags: FlagsByKey): ConfigFinding[] {
  const done = new Set<string>()
  const told = new Set<string>()
  const found: ConfigFinding[] = []
  const needs = (key: string): string[] => [
    ...new Set(
      flags
        .get(key)
        ?.environments.flatMap(({ prerequisites }) => prerequisites.map((it) => it.flag)),
    ),
  ]
  for (const start of flags.keys()) {
    if (done.has(start)) continue
    const path: string[] = []
    const places = new Map<string, number>()
    const work: { key: string; left: string[] }[] = []
    const enter = (key: string): void => {
      places.set(key, path.length)
      path.push(key)
      work.push({ key, left: needs(key) })
    }
    enter(start)
    while (work.length > 0) {
      const top = work.at(-1)!
      const next = top.left.pop()
      if (next === undefined) {
        done.add(top.key)
        places.delete(top.key)
        path.pop()
        work.pop()
      } else if (places.has(next)) {
        const cycle = path.slice(places.get(next))
        // every flag is told in one circle only: there can be more circles than flags
        if (cycle.some((key) => told.has(key))) continue
        for (const key of cycle) told.add(key)
        const names = cycle.toSorted((a, b) => (a < b ? -1 : 1))
        found.push(
          flagFinding({
            rule: 'prerequisite-cycle',
            key: names[0]!,
            severity: 'error',
            environments: [],
            locations: names.slice(0, 10).map((key) => flags.get(key)!.location),
            message: `These flags need one another, so none can be on: ${[...cycle, next].slice(0, 12).join(' -> ')}.`,
            hint: 'Remove one of the prerequisites.',
          }),
        )
      } else if (flags.has(next) && !done.has(next)) enter(next)
    }
  }
  return found
}
