/** What became of one file, or of all of them. */
export interface ImportCounts {
  /** Bytes read, as they lie in the file. */
  bytes: number
  requests: number
  /** Spans, log records and data points that are stored now. */
  accepted: number
  /** Those that can never be stored. */
  rejected: number
  /** Requests that had been stored before. */
  duplicate: number
  /** Records that are older than what is kept. */
  tooOld: number
  /** Requests, lines and files that could not be used. */
  bad: number
}

export interface ImportedFile extends ImportCounts {
  file: string
  /** The first of what could not be used. */
  problems: { where: string; message: string }[]
}

export interface ImportReport extends ImportCounts {
  files: ImportedFile[]
}

/** How many problems of a file are told. */
export const toldProblems = 10

export const noCounts = (): ImportCounts => ({
  bytes: 0,
  requests: 0,
  accepted: 0,
  rejected: 0,
  duplicate: 0,
  tooOld: 0,
  bad: 0,
})

export function reportOf(files: readonly ImportedFile[]): ImportReport {
  const sum = noCounts()
  for (const file of files) {
    for (const key of Object.keys(sum) as (keyof ImportCounts)[]) sum[key] += file[key]
  }
  return { ...sum, files: [...files] }
}
