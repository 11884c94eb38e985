/** One export request of a file, or why there is none. */
export type FoundRequest =
  | { where: string; encoding: 'json' | 'protobuf'; body: Buffer }
  | { where: string; problem: string }

/** What one request may have, compressed or not: as over the network. */
export const maxRequestBytes = 64 * 2 ** 20
