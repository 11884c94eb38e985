import { compareCohorts } from '../../cohorts/compare/compare-cohorts.ts'
import type { Comparison, CompareProgress } from '../../cohorts/compare/comparison.ts'
import { compareRequestOf } from '../../cohorts/compare/store-comparison.ts'
import { unlessStopped } from '../../cohorts/compare/stopped.ts'
import { openFile } from '../../cohorts/source/file-engine.ts'
import { filePopulation } from '../../cohorts/source/file-population.ts'
import { sqlSource } from '../../cohorts/source/sql-source.ts'
import type { FileComparison } from './compare-flags.ts'

export interface CompareFileOptions {
  finish: AbortSignal
  stop: AbortSignal
  onProgress: (progress: CompareProgress) => void
}

/** Reads files into an engine of their own, compares, and removes it. */
export async function compareFile(
  wanted: FileComparison,
  { finish, stop, onProgress }: CompareFileOptions,
): Promise<Comparison> {
  const began = performance.now()
  onProgress({ stage: 'reading', done: 0 })
  const { files, format } = wanted
  const reading = AbortSignal.any([finish, stop])
  const file = await unlessStopped(reading, () =>
    openFile(files, {
      ...(format !== undefined && { format }),
      signal: reading,
      onProgress: (done) => onProgress({ stage: 'reading', done: 0.9 * done }),
    }),
  )
  try {
    const source = sqlSource(filePopulation(file, wanted), file.runner)
    const comparison = await compareCohorts(
      source,
      // whoever made the file chose its columns; what decides about a row was left out already
      { ...compareRequestOf(wanted), deny: false },
      { signal: finish, stop, onProgress },
    )
    return { ...comparison, seconds: Math.round(performance.now() - began) / 1000 }
  } finally {
    await file.close()
  }
}
