import { type Kysely, type RawBuilder, sql } from 'kysely'
import { AftergreenError } from '../../errors.ts'
import type { Evidence, Verdict } from '../verdict.ts'
import { recordsIn } from './ledger-records.ts'
import type { LedgerEngine, LedgerSchema } from './ledger-schema.ts'
import { type Ledger, type Lease, LeaseLost } from './ledger.ts'

const leaseName = 'judge'
/** Key of the lock that whoever records a release holds; any number that nobody else uses. */
const recordingLock = 4_711_020_319

/** A ledger over a database whose tables are up to date. */
export function ledgerOver(database: Kysely<LedgerSchema>, engine: LedgerEngine): Ledger {
  const isShared = engine === 'postgresql'
  const records = recordsIn(database)
  const exclusively: Ledger['exclusively'] = (work) =>
    database.transaction().execute(async (transaction) => {
      if (isShared) await sql`SELECT pg_advisory_xact_lock(${recordingLock})`.execute(transaction)
      return await work(recordsIn(transaction))
    })
  const ledger: Ledger = {
    ...records,
    isShared,
    exclusively,
    // rows are numbered before they are visible: only one after the other they are visible in that order
    recordRelease: (recorded) => exclusively((within) => within.recordRelease(recorded)),
    attachSnapshot: (release, snapshot) =>
      exclusively((within) => within.attachSnapshot(release, snapshot)),
    async latestLook(releaseId) {
      const row = await database
        .selectFrom('latest_looks')
        .select(['verdict', 'evidence'])
        .where('release_id', '=', releaseId)
        .executeTakeFirst()
      if (row === undefined) return await records.latestVerdict(releaseId)
      return {
        verdict: JSON.parse(row.verdict) as Verdict,
        evidence: JSON.parse(row.evidence) as Evidence,
      }
    },
    async keepLook({ verdict, evidence, state, isChange }, lease) {
      const id = verdict.release.id
      await database.transaction().execute(async (transaction) => {
        await checkLease(transaction, lease)
        const within = recordsIn(transaction)
        if (state !== undefined) await within.saveWatchState(id, state)
        const look = { verdict: JSON.stringify(verdict), evidence: JSON.stringify(evidence) }
        await transaction
          .insertInto('latest_looks')
          .values({ release_id: id, ...look })
          .onConflict((conflict) => conflict.column('release_id').doUpdateSet(look))
          .execute()
        if (isChange) await within.appendVerdict(verdict, evidence)
      })
    },
    async takeLease(holder, ms) {
      const now = clock(engine)
      // the one process of a ledger of its own needs to wait for nobody: whoever had it before is gone
      const isFree = isShared ? sql`leases.expires < ${now}` : sql`1 = 1`
      const { rows } = await sql<{ fence: number }>`
        INSERT INTO leases (name, holder, fence, expires) VALUES (${leaseName}, ${holder}, 1, ${now} + ${ms})
        ON CONFLICT (name) DO UPDATE SET
          fence = CASE WHEN leases.holder = excluded.holder THEN leases.fence ELSE leases.fence + 1 END,
          holder = excluded.holder, expires = excluded.expires
        WHERE leases.holder = excluded.holder OR ${isFree}
        RETURNING fence`.execute(database)
      const [row] = rows
      return row === undefined ? null : { holder, fence: row.fence }
    },
    async endLease({ holder, fence }) {
      await database
        .updateTable('leases')
        .set({ expires: 0 })
        .where('name', '=', leaseName)
        .where('holder', '=', holder)
        .where('fence', '=', fence)
        .execute()
    },
    async revision() {
      const { max } = await database
        .selectFrom('release_revisions')
        .select((select) => select.fn.max<number | string | null>('sequence').as('max'))
        .executeTakeFirstOrThrow()
      return Number(max ?? 0)
    },
    close: () => database.destroy(),
  }
  return isShared ? withClearErrors(ledger) : ledger
}

/** Locks the lease to the end of the transaction: nobody takes it over between this and what is recorded. */
async function checkLease(
  transaction: Kysely<LedgerSchema>,
  { holder, fence }: Lease,
): Promise<void> {
  const { numUpdatedRows } = await transaction
    .updateTable('leases')
    .set({ holder })
    .where('name', '=', leaseName)
    .where('holder', '=', holder)
    .where('fence', '=', fence)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw new LeaseLost()
}

/** The one clock that all replicas share, in ms since 1970. */
function clock(engine: LedgerEngine): RawBuilder<number> {
  return engine === 'sqlite'
    ? sql<number>`${Date.now()}`
    : sql<number>`CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)`
}

/** A server may be away for a while: that is no bug, and is said in words. */
function withClearErrors(ledger: Ledger): Ledger {
  return new Proxy(ledger, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name)
      if (typeof own !== 'function') return own
      return async (...parameters: unknown[]): Promise<unknown> => {
        try {
          return (await Reflect.apply(own, target, parameters)) as unknown
        } catch (error) {
          const isClear = error instanceof AftergreenError || error instanceof LeaseLost
          throw isClear ? error : unavailable(error)
        }
      }
    },
  })
}

function unavailable(cause: unknown): AftergreenError {
  const message = cause instanceof Error ? cause.message : ''
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return new AftergreenError(
    'LEDGER_UNAVAILABLE',
    `The ledger in PostgreSQL did not answer: ${message || code}`,
    {
      hint: 'Try again in a moment. Check that the server named in AFTERGREEN_LEDGER_URL is running.',
      cause,
    },
  )
}
