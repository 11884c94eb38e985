import type { Kysely } from 'kysely'
import type { ConfigSnapshot } from '../../config/snapshot/config-snapshot.ts'
import { AftergreenError } from '../../errors.ts'
import type { LedgerSchema } from './ledger-schema.ts'
import type { AttachedSnapshot, LedgerRecords } from './ledger.ts'
import { snapshotColumns } from './snapshot-columns.ts'

/** A release whose configuration changes more often than this is none that anybody can follow. */
const mostPerRelease = 200
const mostOfService = 500
const mostOfOthers = 100

const heads = ['sequence', ...snapshotColumns] as const

/** The snapshots of configurations in a database, or in a transaction. */
export function snapshotsIn(
  database: Kysely<LedgerSchema>,
): Pick<LedgerRecords, 'attachSnapshot' | 'attachedSnapshots' | 'snapshot'> {
  return {
    async attachSnapshot({ id, service, environment }, snapshot) {
      const rows = await database
        .selectFrom('config_snapshots')
        .select(['digest', 'key_id', 'taken_at'])
        .where('release_id', '=', id)
        .orderBy('sequence')
        .execute()
      const takenAt = new Date(snapshot.takenAt).toISOString()
      const isSame = (row: { digest: string; key_id: string }): boolean =>
        row.digest === snapshot.digest && row.key_id === snapshot.keyId
      const earlier = rows.filter((row) => row.taken_at <= takenAt)
      const before = earlier.toSorted((a, b) => a.taken_at.localeCompare(b.taken_at)).at(-1)
      // sent again, or made again without a change since
      if (rows.some((row) => isSame(row) && row.taken_at === takenAt)) return false
      if (before !== undefined && isSame(before)) return false
      if (rows.length >= mostPerRelease) {
        throw new AftergreenError(
          'CONFIG_SNAPSHOT',
          `The release ${id} has ${mostPerRelease} different snapshots already.`,
          { hint: 'Attach one when it is deployed, and one when its configuration changes.' },
        )
      }
      await database
        .insertInto('config_snapshots')
        .values({
          release_id: id,
          service,
          environment,
          config_environment: snapshot.environment,
          key_id: snapshot.keyId,
          digest: snapshot.digest,
          taken_at: takenAt,
          attached_at: new Date().toISOString(),
          body: JSON.stringify(snapshot),
        })
        .execute()
      return true
    },
    async attachedSnapshots({ service, environment }) {
      const ofEnvironment = database
        .selectFrom('config_snapshots')
        .select(heads)
        .where('environment', '=', environment)
        .orderBy('sequence', 'desc')
      const rows = [
        ...(await ofEnvironment.where('service', '=', service).limit(mostOfService).execute()),
        ...(await ofEnvironment.where('service', '!=', service).limit(mostOfOthers).execute()),
      ]
      return rows.map((row): AttachedSnapshot => ({
        sequence: row.sequence,
        releaseId: row.release_id,
        service: row.service,
        environment: row.environment,
        configEnvironment: row.config_environment,
        keyId: row.key_id,
        digest: row.digest,
        takenAt: row.taken_at,
        attachedAt: row.attached_at,
      }))
    },
    async snapshot(sequence) {
      const { body } = await database
        .selectFrom('config_snapshots')
        .select('body')
        .where('sequence', '=', sequence)
        .executeTakeFirstOrThrow()
      return JSON.parse(body) as ConfigSnapshot
    },
  }
}
