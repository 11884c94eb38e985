import type { Kysely } from 'kysely'
import type { Evidence, Phase, Verdict, VerdictKind } from '../verdict.ts'
import { selfChecksIn } from '../drill/self-check-records.ts'
import { incidentsIn } from '../incidents/incident-records.ts'
import { whatChanged } from '../replay/what-changed.ts'
import { signOffsIn } from '../sign-off/sign-off-records.ts'
import type { LedgerSchema } from './ledger-schema.ts'
import { snapshotsIn } from './ledger-snapshots.ts'
import type { LedgerRecords, RecordedRelease } from './ledger.ts'

/** The records of releases in a database, or in a transaction. */
export function recordsIn(database: Kysely<LedgerSchema>): LedgerRecords {
  return {
    ...snapshotsIn(database),
    ...signOffsIn(database),
    ...incidentsIn(database),
    ...selfChecksIn(database),
    async recordRelease(recorded) {
      const { id, service, environment, version } = recorded.release
      await database
        .insertInto('release_revisions')
        .values({
          release_id: id,
          service,
          environment,
          version,
          recorded_at: new Date().toISOString(),
          body: JSON.stringify(recorded),
        })
        .execute()
    },
    async releases() {
      const newest = database
        .selectFrom('release_revisions')
        .select(({ fn }) => fn.max('sequence').as('sequence'))
        .groupBy('release_id')
      const rows = await database
        .selectFrom('release_revisions')
        .select('body')
        .where('sequence', 'in', newest)
        .execute()
      return rows
        .map((row) => JSON.parse(row.body) as RecordedRelease)
        .toSorted((a, b) => b.release.startedAt.localeCompare(a.release.startedAt))
    },
    async appendVerdict(verdict, evidence) {
      await database
        .insertInto('verdicts')
        .values({
          release_id: verdict.release.id,
          evaluated_at: verdict.evaluatedAt,
          verdict: verdict.verdict,
          phase: verdict.phase,
          headline: verdict.headline,
          findings: verdict.findings.length,
          body: JSON.stringify(verdict),
          evidence: JSON.stringify(evidence),
        })
        .execute()
    },
    async latestVerdict(releaseId) {
      const row = await database
        .selectFrom('verdicts')
        .select(['body', 'evidence'])
        .where('release_id', '=', releaseId)
        .orderBy('sequence', 'desc')
        .limit(1)
        .executeTakeFirst()
      if (row === undefined) return null
      return {
        verdict: JSON.parse(row.body) as Verdict,
        evidence: JSON.parse(row.evidence) as Evidence,
      }
    },
    async history(releaseId) {
      const rows = await database
        .selectFrom('verdicts')
        .select(['verdict', 'phase', 'headline', 'findings', 'evaluated_at'])
        .where('release_id', '=', releaseId)
        .orderBy('sequence')
        .execute()
      return rows.map((row) => ({
        verdict: row.verdict as VerdictKind,
        phase: row.phase as Phase,
        headline: row.headline,
        findings: row.findings,
        evaluatedAt: row.evaluated_at,
      }))
    },
    async changes(releaseId) {
      const rows = await database
        .selectFrom('verdicts')
        .select('body')
        .where('release_id', '=', releaseId)
        .orderBy('sequence')
        .execute()
      let previous: Verdict | undefined
      return rows.map(({ body }) => {
        const verdict = JSON.parse(body) as Verdict
        const changed = whatChanged(previous, verdict)
        previous = verdict
        return changed
      })
    },
    async watchState(releaseId) {
      const row = await database
        .selectFrom('watch_states')
        .select('body')
        .where('release_id', '=', releaseId)
        .executeTakeFirst()
      return row === undefined ? null : (JSON.parse(row.body) as unknown)
    },
    async saveWatchState(releaseId, state) {
      const body = JSON.stringify(state)
      await database
        .insertInto('watch_states')
        .values({ release_id: releaseId, body })
        .onConflict((conflict) => conflict.column('release_id').doUpdateSet({ body }))
        .execute()
    },
    async seenVersions() {
      const rows = await database
        .selectFrom('seen_versions')
        .selectAll()
        .orderBy('first_seen')
        .execute()
      return rows.map(({ service, environment, version, first_seen }) => ({
        service,
        environment,
        version,
        firstSeen: first_seen,
      }))
    },
    async recordVersion({ service, environment, version, firstSeen }) {
      const result = await database
        .insertInto('seen_versions')
        .values({ service, environment, version, first_seen: firstSeen })
        .onConflict((conflict) =>
          conflict.columns(['service', 'environment', 'version']).doNothing(),
        )
        .executeTakeFirst()
      return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
    },
  }
}
