import type { Signal } from '../../signal.ts'
import type { ImportOutcome } from '../../store/imports/imports.ts'

/** What became of some requests; `refusal` says why those of `again` were not taken. */
export type TakenRequests = Omit<ImportOutcome, 'refusal'> & { refusal: { message: string } | null }

/** Where requests go: a running server, or a data folder that is opened for it. */
export interface ImportTarget {
  /** Which requests, by `requestKey`, need not be sent. */
  known(keys: readonly string[]): Promise<boolean[]>
  take(signal: Signal, bodies: readonly Buffer[]): Promise<TakenRequests>
  close(): Promise<void>
}
