/** What the ledger keeps of a snapshot beside its place in the order and its body, all of it text. */
export const snapshotColumns = [
  'release_id',
  'service',
  'environment',
  'config_environment',
  'key_id',
  'digest',
  'taken_at',
  'attached_at',
] as const
