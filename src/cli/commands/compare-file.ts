import { compareCohorts } from '../../cohorts/compare/compare-cohorts.ts'
import type { Comparison, CompareProgress } from '../../cohorts/compare/comparison.ts'
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
  const { files, format, maxOrder, ignore, include, limit, ...population } = wanted
  const reading = AbortSignal.any([finish, stop])
  const file = await unlessStopped(reading, () =>
    openFile(files, {
      ...(format !== undefined && { format }),
      signal: reading,
      onProgress: (done) => onProgress({ stage: 'reading', done: 0.9 * done }),
    }),
  )
  try {
    const source = sqlSource(
      filePopulation(file, {
        ...population,
        ...(ignore !== undefined && { ignore }),
        ...(include !== undefined && { include }),
      }),
      file.runner,
    )
    const comparison = await compareCohorts(
      source,
      {
        // whoever made the file chose its columns; what decides about a row was left out already
        deny: false,
        ...(maxOrder !== undefined && { maxOrder }),
        ...(ignore !== undefined && { ignore }),
        ...(include !== undefined && { allow: include }),
        ...(limit !== undefined && { maxFindings: limit }),
      },
      { signal: finish, stop, onProgress },
    )
    return { ...comparison, seconds: Math.round(performance.now() - began) / 1000 }
  } finally {
    await file.close()
  }
}
