/**
 * 32 well mixed bits of a unit's number: the finalizer of MurmurHash3 (Austin Appleby, public domain) over number and
 * seed. Low bit: the half; the next eight: the bucket.
 */
export function unitHash(unit: number, seed: number): number {
  let hash = Math.imul(unit ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(seed | 0, 0xc2b2_ae35)
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85eb_ca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Half (0 = discovery, 1 = confirmation) times 256 plus bucket of each row. */
export function placeUnits(unit: Uint32Array, seed: number): Uint16Array {
  const places = new Uint16Array(unit.length)
  for (let row = 0; row < unit.length; row++) {
    const hash = unitHash(unit[row]!, seed)
    places[row] = ((hash & 1) << 8) | ((hash >>> 1) & 255)
  }
  return places
}
