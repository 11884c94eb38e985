const seed = process.env['SHOP_SEED'] ?? '1'

/**
 * A number in [0, 1) that depends on the seed, what it is drawn for and whom it is drawn for, and on nothing else: the
 * same request meets the same luck in every run of a seed, whatever happened before it.
 */
export function draw(what: string, id: string): number {
  return hash(`${seed}/${what}/${id}`)
}

/** The same number for the same text, in [0, 1). FNV-1a with the finalizer of MurmurHash3. */
export function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32
}

/** A lognormal duration in ms with the given median; `spread` is the standard deviation of its logarithm. */
export function drawMs(what: string, id: string, median: number, spread: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - draw(`${what}/radius`, id)))
  return median * Math.exp(spread * radius * Math.cos(2 * Math.PI * draw(`${what}/angle`, id)))
}
