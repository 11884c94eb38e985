import type { Kysely } from 'kysely'
import type { LedgerSchema } from '../ledger/ledger-schema.ts'
import type { SignOff } from './sign-off.ts'

/** Append-only: nothing changes or removes a sign-off. */
export interface SignOffRecords {
  recordSignOff(signOff: SignOff): Promise<void>
  /** Oldest first; of one release, or of all. */
  signOffs(releaseId?: string): Promise<SignOff[]>
}

/** The sign-offs in a database, or in a transaction. */
export function signOffsIn(database: Kysely<LedgerSchema>): SignOffRecords {
  return {
    async recordSignOff(signOff) {
      const { releaseId, at, by } = signOff
      await database
        .insertInto('sign_offs')
        .values({
          release_id: releaseId,
          signed_at: at,
          signed_by: by,
          body: JSON.stringify(signOff),
        })
        .execute()
    },
    async signOffs(releaseId) {
      const all = database.selectFrom('sign_offs').select('body').orderBy('sequence')
      const rows = await (
        releaseId === undefined ? all : all.where('release_id', '=', releaseId)
      ).execute()
      return rows.map(({ body }) => JSON.parse(body) as SignOff)
    },
  }
}
