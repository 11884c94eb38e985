/** The decision depends on which source answers: the platform, its switch, the code, or a missing attribute. */
import type { ConfigFinding } from '../../config-finding.ts'
import { environmentKind } from '../../repository/environment-kind.ts'
import { attributesOf } from '../condition.ts'
import { changesWhenDown } from '../flag-table.ts'
import type { EnvironmentView, FlagView } from '../flag-view.ts'
import { sameShares, valuesOf } from '../flag-view.ts'
import { decisionText, downText, shownValue } from '../flag-words.ts'
import { firstOf, flagFinding, listText } from './flag-finding.ts'

export function sourceFindings(view: FlagView): ConfigFinding[] {
  return [
    ...ambiguousSource(view),
    ...ambiguousDefaults(view),
    ...ambiguousContext(view),
    ...divergent(view),
  ]
}

function ambiguousSource(view: FlagView): ConfigFinding[] {
  const { flag, evaluations } = view
  const changing = view.environments.filter(({ environment }) =>
    changesWhenDown(view, environment.name),
  )
  if (changing.length === 0) return []
  const names = changing.map(({ environment }) => environment.name)
  const isProduction = names.some((name) => environmentKind(name) === 'production')
  const now = changing.map((it) => `${it.environment.name} gets ${decisionText(view, it.now)}`)
  return [
    flagFinding({
      rule: 'ambiguous-source',
      key: flag.key,
      severity: isProduction ? 'warning' : 'note',
      environments: names,
      locations: [flag.location, ...firstOf(evaluations.map(({ location }) => location))],
      message: `${flag.key}: ${listText(now)} while the flag service answers, and ${downText(view)} when it does not.`,
      hint: 'Make the default in the code the value that is safe without the service, and test the program with it.',
    }),
  ]
}

function ambiguousDefaults({
  flag,
  evaluations,
  codeDefaults,
  environments,
}: FlagView): ConfigFinding[] {
  if (codeDefaults.length < 2) return []
  const shown = codeDefaults.map((it) => shownValue(flag.key, it))
  return [
    flagFinding({
      rule: 'ambiguous-defaults',
      key: flag.key,
      severity: 'warning',
      environments: environments.map(({ environment }) => environment.name),
      locations: firstOf(evaluations.map(({ location }) => location)),
      message: `The code has several defaults for ${flag.key}: ${listText(shown)}. Without the flag service its parts disagree.`,
      hint: 'Ask for the flag in one place, or give every place the same default.',
    }),
  ]
}

/** A rule that tests an attribute holds because the attribute is missing. */
function ambiguousContext(view: FlagView): ConfigFinding[] {
  const { flag } = view
  const found = view.environments.flatMap(({ environment, now }) => {
    const rule = environment.rules.find(({ name }) => name === now.through)
    const attributes =
      rule === undefined ? [] : [...attributesOf(rule.when)].filter((it) => it !== 'currentTime')
    if (rule === undefined || attributes.length === 0) return []
    const served = valuesOf(view, now)
    const otherwise = environment.fallthrough
    const isSame =
      otherwise.is === 'variant' &&
      sameShares(served, valuesOf(view, { ...now, shares: new Map([[otherwise.variant, 100]]) }))
    return isSame ? [] : [{ environment, rule, attributes, text: decisionText(view, now) }]
  })
  const [first] = found
  if (first === undefined) return []
  return [
    flagFinding({
      rule: 'ambiguous-context',
      key: flag.key,
      severity: 'warning',
      environments: found.map(({ environment }) => environment.name),
      locations: [first.environment.location],
      message: `${flag.key}: ${first.rule.name} also holds where ${listText(first.attributes)} is missing, so whoever forgets it gets ${first.text}.`,
      hint: 'Test first that the attribute is there, or pass it at every place that asks for the flag.',
    }),
  ]
}

function divergent(view: FlagView): ConfigFinding[] {
  const { flag, environments } = view
  const production = environments.filter(
    ({ environment }) => environmentKind(environment.name) === 'production',
  )
  const base = production[0] ?? environments[0]
  if (base === undefined) return []
  const others = environments.filter((it) => it !== base && !sameDecisions(view, base, it))
  if (others.length === 0) return []
  const differs = others.filter(
    (it) => !sameShares(valuesOf(view, base.now), valuesOf(view, it.now)),
  )
  const isStaging = differs.some(
    ({ environment }) => environmentKind(environment.name) === 'staging',
  )
  const told = [base, ...(differs.length > 0 ? differs : others)]
  const parts = told.map((it) => `${it.environment.name} gets ${decisionText(view, it.now)}`)
  const names = told.map(({ environment }) => environment.name)
  return [
    flagFinding({
      rule: 'environment-divergent',
      key: flag.key,
      severity: isStaging && production.length > 0 ? 'warning' : 'note',
      environments: names,
      locations: firstOf(told.map(({ environment }) => environment.location)),
      message:
        differs.length > 0
          ? `${flag.key}: ${listText(parts)}. A green run in one says nothing about the other.`
          : `${flag.key}: the rules of ${listText(names)} differ, though everybody else gets the same.`,
      hint: 'If that is meant, accept it in the baseline with a reason; else make the environments decide alike.',
    }),
  ]
}

/** By effective decision: switch, weights, rules and default, not by name. */
function sameDecisions(view: FlagView, one: EnvironmentView, other: EnvironmentView): boolean {
  if (!sameShares(valuesOf(view, one.now), valuesOf(view, other.now))) return false
  if (!one.environment.on && !other.environment.on) return true
  const rulesOf = ({ rules }: EnvironmentView): string =>
    JSON.stringify(
      rules.map(({ rule, decision }) => [
        rule.when,
        rule.share,
        decision === undefined ? null : [...valuesOf(view, decision)],
      ]),
    )
  return rulesOf(one) === rulesOf(other)
}
