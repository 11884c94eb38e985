import { logSumExp } from './log-sum-exp.ts'

/**
 * The uniform mixture of one e-process per grid node, in log space. An average of e-processes is an e-process whatever
 * the dependence between them, so a grid of alternatives costs log(nodes) at most and needs no correction.
 */
export class GridMixture {
  readonly #nodes: Float64Array
  #logE = 0
  #maxLogE = 0

  /** @param nodes how many alternatives, at least one */
  constructor(nodes: number) {
    if (!(nodes >= 1)) throw new RangeError('A mixture needs at least one alternative.')
    this.#nodes = new Float64Array(nodes)
  }

  get logE(): number {
    return this.#logE
  }

  /** Running maximum over all calls of `settle`; starts at 0. */
  get maxLogE(): number {
    return this.#maxLogE
  }

  /** Multiplies the e-process of one node by exp(logFactor). */
  multiply(node: number, logFactor: number): void {
    this.#nodes[node]! += logFactor
  }

  /** To be called once after the nodes of a block have been multiplied. */
  settle(): void {
    this.#logE = logSumExp(this.#nodes) - Math.log(this.#nodes.length)
    this.#maxLogE = Math.max(this.#maxLogE, this.#logE)
  }
}
