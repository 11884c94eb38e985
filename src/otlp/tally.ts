/** Counts the records of a request that were kept and that were not. */
export class Tally {
  accepted = 0
  rejected = 0
  /** Why the first record was rejected. */
  reason = ''

  reject(reason: string, records = 1): void {
    this.rejected += records
    this.reason ||= reason
  }
}
