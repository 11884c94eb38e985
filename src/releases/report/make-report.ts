import type { RecordedRelease } from '../ledger/ledger.ts'
import type { Release, ReleaseReason } from '../release.ts'
import type { VerdictChange } from '../release-service.ts'
import type { SignOff } from '../sign-off/sign-off.ts'
import type { Verdict } from '../verdict.ts'
import type { Harm, Outcome, ReleaseReport, ReportedRelease } from './release-report.ts'

export interface ReportedInput {
  recorded: RecordedRelease
  /** Oldest first. */
  history: readonly VerdictChange[]
  latest: Verdict
  /** Oldest first. */
  signOffs: readonly SignOff[]
}

const repairs: readonly ReleaseReason[] = ['fix', 'incident-fix', 'rollback']

/**
 * How the releases since a time turned out. Pure.
 * @param all every release that is known: what followed may be any of them
 * @param since ms since 1970, as `until`
 */
export function makeReport(
  inputs: readonly ReportedInput[],
  all: readonly Release[],
  { since, until, soakHours }: { since: number; until: number; soakHours: number },
): ReleaseReport {
  const releases = inputs
    .filter(({ recorded }) => Date.parse(recorded.release.startedAt) >= since)
    .toSorted((a, b) => b.recorded.release.startedAt.localeCompare(a.recorded.release.startedAt))
    .map((input) => reported(input, all, soakHours))
  const final = { proceed: 0, hold: 0, rollback: 0 }
  for (const one of releases) final[one.final.verdict] += 1
  const went = (how: 'proceed' | 'sign-off'): Outcome =>
    outcomeOf(releases.filter(({ wentOn }) => wentOn?.how === how))
  return {
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    soakHours,
    releases,
    final,
    proceeded: went('proceed'),
    signedOff: went('sign-off'),
    accepted: acceptedKinds(releases),
  }
}

function reported(
  { recorded: { release }, history, latest, signOffs }: ReportedInput,
  all: readonly Release[],
  soakHours: number,
): ReportedRelease {
  const decided = history.find(({ verdict }) => verdict !== 'hold')
  const wentOn = goingOn(history, signOffs)
  return {
    release: latest.release.id === release.id ? latest.release : release,
    decided: decided === undefined ? null : { verdict: decided.verdict, at: decided.evaluatedAt },
    final: {
      verdict: latest.verdict,
      phase: latest.phase,
      at: latest.evaluatedAt,
      headline: latest.headline,
    },
    signOffs: [...signOffs],
    wentOn,
    harm: wentOn === null ? [] : harmAfter(release, wentOn.at, history, all, soakHours),
  }
}

function goingOn(
  history: readonly VerdictChange[],
  signOffs: readonly SignOff[],
): ReportedRelease['wentOn'] {
  const proceeded = history.find(({ verdict }) => verdict === 'proceed')?.evaluatedAt
  const signed = signOffs[0]?.at
  if (signed !== undefined && (proceeded === undefined || signed < proceeded))
    return { how: 'sign-off', at: signed }
  return proceeded === undefined ? null : { how: 'proceed', at: proceeded }
}

function harmAfter(
  release: Release,
  wentOnAt: string,
  history: readonly VerdictChange[],
  all: readonly Release[],
  soakHours: number,
): Harm[] {
  const harm: Harm[] = []
  const rollback = history.find(
    ({ verdict, evaluatedAt }) => verdict === 'rollback' && evaluatedAt >= wentOnAt,
  )
  if (rollback !== undefined) {
    const { evaluatedAt: at, headline } = rollback
    harm.push({ kind: 'rollback-verdict', at, headline })
  }
  const end = Date.parse(release.startedAt) + soakHours * 3_600_000
  const [next] = all
    .filter(
      ({ service, environment, startedAt }) =>
        service === release.service &&
        environment === release.environment &&
        startedAt > release.startedAt,
    )
    .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))
  if (next !== undefined && repairs.includes(next.reason) && Date.parse(next.startedAt) <= end) {
    const { id, version, reason, startedAt } = next
    harm.push({ kind: 'followed-by', release: { id, version, reason, startedAt } })
  }
  return harm
}

function outcomeOf(releases: readonly ReportedRelease[]): Outcome {
  return {
    releases: releases.length,
    harmed: releases.filter(({ harm }) => harm.length > 0).length,
  }
}

function acceptedKinds(releases: readonly ReportedRelease[]): ReleaseReport['accepted'] {
  const kinds = new Map<string, { what: ReleaseReport['accepted'][number]['what']; kind: string }>()
  const of = new Map<string, Set<ReportedRelease>>()
  for (const release of releases) {
    for (const { what, kind } of release.signOffs.flatMap(({ accepted }) => accepted)) {
      const key = `${what} ${kind}`
      kinds.set(key, { what, kind })
      of.set(key, (of.get(key) ?? new Set()).add(release))
    }
  }
  return [...kinds]
    .map(([key, kind]) => ({ ...kind, ...outcomeOf([...(of.get(key) ?? [])]) }))
    .toSorted((a, b) => b.releases - a.releases || a.kind.localeCompare(b.kind))
}
