/** Counts the records of a request that were kept and that were not. */
export class Tally {
  accepted = 0
  rejected = 0
  /** Why the first record was rejected. */
  reason = ''
  /** What the sender should know though nothing was rejected. */
  warning = ''

  reject(reason: string, records = 1): void {
    this.rejected += records
    this.reason ||= reason
  }
}

/**
 * common.proto: receivers of other signals should treat fields of profiles as a non-fatal issue and process the data as if
 * they were absent.
 */
export const profileWarning =
  'fields that only profiles may have (key_strindex, string_value_strindex) were ignored'
