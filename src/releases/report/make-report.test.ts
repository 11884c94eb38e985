import { expect, test } from 'vitest'
import type { VerdictChange } from '../release-service.ts'
import type { Release } from '../release.ts'
import type { SignOff } from '../sign-off/sign-off.ts'
import { sampleRecorded, sampleVerdict } from '../testing/sample-verdict.ts'
import type { VerdictKind } from '../verdict.ts'
import { makeReport, type ReportedInput } from './make-report.ts'

const hour = (hours: number): string => new Date(hours * 3_600_000).toISOString()

function entry(verdict: VerdictKind, hours: number): VerdictChange {
  const evaluatedAt = hour(hours)
  return { verdict, phase: 'watching', headline: `${verdict}.`, findings: 0, evaluatedAt }
}

function signed(id: string, hours: number, kind = 'low-traffic'): SignOff {
  const accepted = [{ id: 'b1', what: 'blind-spot' as const, kind, title: 'unseen' }]
  return { releaseId: id, at: hour(hours), by: 'ada', note: 'n', accepted, headline: 'Hold.' }
}

function input(
  release: Partial<Release>,
  history: VerdictChange[],
  signOffs: SignOff[] = [],
): ReportedInput {
  const recorded = sampleRecorded(release)
  const verdict = history.at(-1)?.verdict ?? 'hold'
  return {
    recorded,
    history,
    signOffs,
    latest: sampleVerdict({ release: recorded.release, verdict }),
  }
}

function reportOf(inputs: ReportedInput[], since = 0) {
  const all = inputs.map(({ recorded }) => recorded.release)
  const times = { since: since * 3_600_000, until: 1e9, soakHours: 24 }
  return makeReport(inputs, all, times)
}

test('what came of a release that went on: its own rollback, or a repair within its soak', () => {
  const report = reportOf([
    input({ id: 'a', startedAt: hour(0) }, [entry('hold', 0), entry('proceed', 1)]),
    input({ id: 'b', startedAt: hour(10), reason: 'fix' }, [
      entry('proceed', 11),
      entry('rollback', 12),
    ]),
    input({ id: 'c', startedAt: hour(40), reason: 'rollback' }, [entry('hold', 40)]),
    input({ id: 'd', startedAt: hour(50) }, [entry('hold', 50)], [signed('d', 51)]),
  ])
  expect(
    report.releases.map(({ release, harm }) => [release.id, harm.map(({ kind }) => kind)]),
  ).toEqual([
    ['d', []],
    ['c', []],
    // the rollback after it came later than its soak
    ['b', ['rollback-verdict']],
    ['a', ['followed-by']],
  ])
  expect(report).toMatchObject({
    final: { proceed: 1, hold: 2, rollback: 1 },
    proceeded: { releases: 2, harmed: 2 },
    signedOff: { releases: 1, harmed: 0 },
    accepted: [{ what: 'blind-spot', kind: 'low-traffic', releases: 1, harmed: 0 }],
  })
  expect(report.releases.at(-1)!.decided).toEqual({ verdict: 'proceed', at: hour(1) })
})

test('a release of another service or environment, and an ordinary one, is no repair', () => {
  const fix = { reason: 'incident-fix', startedAt: hour(1) } as const
  const report = reportOf([
    input({ id: 'a', startedAt: hour(0) }, [entry('proceed', 0)]),
    input({ id: 'b', ...fix, environment: 'staging' }, []),
    input({ id: 'c', ...fix, service: 'other' }, []),
    input({ id: 'd', startedAt: hour(2) }, []),
    input({ id: 'e', ...fix, startedAt: hour(3) }, []),
  ])
  expect(report.proceeded).toEqual({ releases: 1, harmed: 0 })
})

test('a rollback that nobody went on over is no harm of a decision; a sign-off before it is', () => {
  const history = [entry('hold', 0), entry('rollback', 2)]
  expect(reportOf([input({ id: 'a' }, history)]).releases[0]!.harm).toEqual([])
  const [over] = reportOf([input({ id: 'a' }, history, [signed('a', 1)])]).releases
  expect(over).toMatchObject({ wentOn: { how: 'sign-off' }, harm: [{ kind: 'rollback-verdict' }] })
})

test('what began before is left out', () => {
  const inputs = [
    input({ id: 'a', startedAt: hour(1) }, []),
    input({ id: 'b', startedAt: hour(3) }, []),
  ]
  expect(reportOf(inputs, 2).releases.map(({ release }) => release.id)).toEqual(['b'])
})
