import { weightedLogMean } from './e-merge.ts'

/**
 * The highest logarithm, at any block, of the mean of e-processes, at least 0: evidence against the claim that the nulls of
 * all of them are true. The mean has to be followed block by block: the highest mean is not the mean of the highest.
 * @param series the logarithms of each e-process by block, all of one length
 */
export function highestLogMean(series: readonly ArrayLike<number>[]): number {
  const blocks = series[0]?.length ?? 0
  let highest = 0
  for (let block = 0; block < blocks; block++) highest = Math.max(highest, logMean(series, block))
  return highest
}

/** The same at the last block, whatever it is; 0 without blocks. */
export function lastLogMean(series: readonly ArrayLike<number>[]): number {
  const blocks = series[0]?.length ?? 0
  return blocks === 0 ? 0 : logMean(series, blocks - 1)
}

function logMean(series: readonly ArrayLike<number>[], block: number): number {
  return weightedLogMean(
    series.map((logE) => logE[block]!),
    series.map(() => 1 / series.length),
  )
}
