/** Decimal digits of a signed 64-bit integer given as two 32-bit halves. */
export function integerText(low: number, high: number): string {
  if (high === 0) return String(low >>> 0)
  return BigInt.asIntN(64, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString()
}
