/** JSON text of a floating-point number; what JSON cannot write becomes a string, as in the protobuf JSON mapping. */
export const numberText = (value: number): string =>
  Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : `"${value}"`

/** The floating-point number with these bits. */
export function doubleOf(low: number, high: number): number {
  halves[0] = low
  halves[1] = high
  return float[0]!
}

const float = new Float64Array(1)
const halves = new Uint32Array(float.buffer)

/** Hands the bits of a floating-point number to `to`. */
export function doubleBits(value: number, to: { set(low: number, high: number): void }): void {
  float[0] = value
  to.set(halves[0]!, halves[1]!)
}
