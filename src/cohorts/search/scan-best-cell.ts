import type { CellScore } from './scan-score.ts'

/** The best of many overlapping cells (intervals, boxes) of one slice: what differs most from the rest of the slice. */
export class BestCell {
  found = false
  readonly four = [0, 0, 0, 0]
  readonly #inner: CellScore
  readonly #outer: CellScore
  readonly #least: number
  #fit = 0

  /** @param least nats that the cell must gain beyond the rest of everything (`outer`), not of the slice alone */
  constructor(inner: CellScore, outer: CellScore, least: number) {
    this.#inner = inner
    this.#outer = outer
    this.#least = least
  }

  /** True where the cell is the best so far. */
  offer(b0: number, b1: number, c0: number, c1: number): boolean {
    if (!this.#outer.evidenceMayReach(b0, b1, c0, c1, this.#least)) return false
    if (!this.#inner.fitMayReach(b0, b1, c0, c1, this.#fit)) return false
    const fit = this.#inner.fit(b0, b1, c0, c1)
    if (!(fit > this.#fit)) return false
    this.#fit = fit
    this.found = true
    const { four } = this
    four[0] = b0
    four[1] = b1
    four[2] = c0
    four[3] = c1
    return true
  }
}
