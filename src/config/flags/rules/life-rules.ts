/** Flags that have outlived themselves, that one side does not know, or that nobody has tried. */
import type { ConfigFinding } from '../../config-finding.ts'
import type { FlagPurpose } from '../flag.ts'
import type { FlagEvidence } from '../flag-evidence.ts'
import type { FlagView } from '../flag-view.ts'
import { firstOf, flagFinding, listText } from './flag-finding.ts'
import { oneValueOf } from './shape-rules.ts'

export interface LifeInput {
  /** Milliseconds since 1970. */
  today: number
  evidence?: FlagEvidence
  /** Keys that stand as a text in code, and in tests; left out = no code was looked at. */
  mentioned?: ReadonlySet<string>
  mentionedInTests?: ReadonlySet<string>
  /** Some code asks for flags whose key cannot be told. */
  hasDynamic: boolean
  /** Flags that need it, by key. */
  neededBy: ReadonlyMap<string, readonly string[]>
}

const day = 86_400_000
/** Days after which a flag of that purpose should be gone: the lifetimes of Unleash's flag types; none = it may stay. */
const lifetimes: Partial<Record<FlagPurpose, number>> = {
  release: 40,
  experiment: 40,
  operational: 7,
}
/** Days, for flags of no known purpose. */
const longTime = 90
const unseenDays = 30
/** A week; the clock of whoever kept the evidence may differ by a little. */
const enoughEvidence = 7 * day - 3_600_000

export function lifeFindings(view: FlagView, input: LifeInput): ConfigFinding[] {
  if (view.flag.archived) return []
  return [...ageFindings(view, input), ...platformOnly(view, input), ...killSwitch(view, input)]
}

/** Time alone makes a flag expired; with a second witness (it decides nothing, or nobody asks) it is stale. */
function ageFindings(view: FlagView, input: LifeInput): ConfigFinding[] {
  const { flag } = view
  const stays = ['kill-switch', 'permission', 'permanent'].includes(flag.purpose ?? '')
  const expired = expiryOf(view, input.today)
  const time = expired ?? (stays ? undefined : timeWitness(view, input.today))
  if (time === undefined) return []
  const other = [
    ...(oneValueOf(view) === undefined ? [] : ['it gives everybody the same']),
    ...unused(view, input),
  ]
  const common = {
    key: flag.key,
    environments: view.environments.map(({ environment }) => environment.name),
    locations: [flag.location, ...firstOf(view.evaluations.map(({ location }) => location))],
  }
  const found: ConfigFinding[] = []
  if (other.length > 0) {
    const needing = input.neededBy.get(flag.key) ?? []
    if (needing.length > 0) {
      found.push(
        flagFinding({
          ...common,
          rule: 'stale-depended-on',
          severity: 'warning',
          message: `${flag.key} is stale (${time}; ${listText(other)}), but ${listText(needing.slice(0, 5))} needs it.`,
          hint: 'Take it out of the prerequisites first; removing it now switches the others off.',
        }),
      )
    } else {
      found.push(
        flagFinding({
          ...common,
          rule: 'stale',
          severity: 'warning',
          message: `${flag.key} is stale: ${time}, and ${listText(other)}.`,
          hint: 'Take it out of the code, then archive it.',
        }),
      )
    }
  } else if (expired !== undefined) {
    found.push(
      flagFinding({
        ...common,
        rule: 'expired',
        severity: 'note',
        message: `${flag.key}: ${expired}; it still decides something.`,
        hint: 'Finish what it was made for, or give it a type that lasts.',
      }),
    )
  }
  return found
}

function expiryOf({ flag }: FlagView, today: number): string | undefined {
  if (flag.expiresAt !== undefined) {
    return flag.expiresAt < today ? `it expired on ${dateOf(flag.expiresAt)}` : undefined
  }
  const days = flag.purpose === undefined ? undefined : lifetimes[flag.purpose]
  if (days === undefined || flag.createdAt === undefined) return undefined
  const age = Math.floor((today - flag.createdAt) / day)
  return age > days
    ? `it is ${age} days old, and a flag of type ${flag.purpose} should live ${days}`
    : undefined
}

function timeWitness({ flag }: FlagView, today: number): string | undefined {
  if (flag.markedStale) return 'it is marked as stale'
  const changes = flag.environments.flatMap(({ changedAt }) =>
    changedAt === undefined ? [] : [changedAt],
  )
  const last =
    changes.length > 0
      ? Math.max(...changes)
      : flag.purpose === undefined
        ? flag.createdAt
        : undefined
  if (last === undefined || today - last <= longTime * day) return undefined
  return `nobody has changed it since ${dateOf(last)}`
}

function unused({ flag, environments }: FlagView, { evidence, today }: LifeInput): string[] {
  if (
    evidence !== undefined &&
    (evidence.since === undefined || today - evidence.since >= enoughEvidence)
  ) {
    const seen = environments.map(({ environment }) =>
      evidence.variantsSeen(flag.key, environment.name),
    )
    const known = seen.filter((it) => it !== undefined)
    if (known.length > 0 && known.length === seen.length && known.every((it) => it.size === 0)) {
      return ['no evaluation of it was seen']
    }
    if (known.some((it) => it.size > 0)) return []
  }
  const last = environments.flatMap(({ environment }) => environment.lastSeenAt ?? [])
  if (last.length === 0 || today - Math.max(...last) <= unseenDays * day) return []
  return [`it was last asked for on ${dateOf(Math.max(...last))}`]
}

function platformOnly(
  { flag, environments, evaluations }: FlagView,
  input: LifeInput,
): ConfigFinding[] {
  const { mentioned, mentionedInTests, hasDynamic } = input
  if (mentioned === undefined || evaluations.length > 0 || mentioned.has(flag.key)) return []
  const inTests = mentionedInTests?.has(flag.key) === true ? ' but a test' : ''
  return [
    flagFinding({
      rule: 'platform-only',
      key: flag.key,
      severity: 'note',
      evidence: hasDynamic ? 'inferred' : 'proved',
      environments: environments.map(({ environment }) => environment.name),
      locations: [flag.location],
      message: `${flag.key} is on the platform, and nothing in this code${inTests} names it.`,
      hint: hasDynamic
        ? 'Archive it, unless another repository asks for it or one of the keys that the code makes up is this one.'
        : 'Archive it, unless another repository asks for it.',
    }),
  ]
}

/** A switch that nobody has ever thrown may do nothing. */
function killSwitch(view: FlagView, { evidence, mentionedInTests }: LifeInput): ConfigFinding[] {
  const { flag, environments } = view
  if (flag.purpose !== 'kill-switch') return []
  if (mentionedInTests?.has(flag.key) === true) return []
  const seen = environments.map(({ environment }) =>
    evidence?.variantsSeen(flag.key, environment.name),
  )
  // an evaluation that failed told no variant
  const variants = new Set(
    seen.flatMap((it) => [...(it?.keys() ?? [])].filter((name) => name !== '')),
  )
  if (variants.size > 1) return []
  const events = evidence === undefined ? '' : ', and no evaluation with another value was seen'
  if (mentionedInTests === undefined && evidence === undefined) return []
  return [
    flagFinding({
      rule: 'kill-switch-unexercised',
      key: flag.key,
      severity: 'warning',
      evidence: evidence === undefined ? 'inferred' : 'observed',
      environments: environments.map(({ environment }) => environment.name),
      locations: [flag.location, ...firstOf(view.evaluations.map(({ location }) => location))],
      message: `The kill switch ${flag.key} has never been exercised: no test names it${events}.`,
      hint: 'Write a test with the switch thrown, or throw it in staging and keep the evaluations.',
    }),
  ]
}

const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10)
