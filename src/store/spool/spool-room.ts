/** Of the whole spool, what every signal can count on. */
const share = 1 / 8

/**
 * How many bytes of the spool one signal may have: what the others do not have, and less what they can still count on. All
 * together never have more than `maxBytes`.
 * @param others bytes that each of the other signals has
 */
export function spoolRoom(maxBytes: number, others: readonly number[]): number {
  const taken = others.map((bytes) => Math.max(bytes, maxBytes * share))
  return taken.reduce((room, bytes) => room - bytes, maxBytes)
}
