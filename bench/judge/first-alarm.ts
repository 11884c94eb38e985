/** The number of the block after which an e-process crosses its bound, from 1; Infinity where it never does. */
export function firstAlarm<Block>(
  e: { readonly logE: number; update(block: Block): void },
  blocks: readonly Block[],
  alpha: number,
): number {
  for (const [i, block] of blocks.entries()) {
    e.update(block)
    if (e.logE >= -Math.log(alpha)) return i + 1
  }
  return Infinity
}
