/** Nanoseconds since 1970 as two 32-bit halves. */
export interface TimeWords {
  readonly low: number
  readonly high: number
}

/** @param milliseconds since 1970 */
export function timeWords(milliseconds: number): TimeWords {
  const nanoseconds = BigInt(Math.round(milliseconds)) * 1_000_000n
  return { low: Number(nanoseconds & 0xffff_ffffn), high: Number(nanoseconds >> 32n) }
}
