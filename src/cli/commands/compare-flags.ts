import type { StoreComparison, StoreMeasure } from '../../cohorts/compare/store-comparison.ts'
import type { FilePopulationOptions } from '../../cohorts/source/file-population.ts'
import { AftergreenError } from '../../errors.ts'

/** The flags as they are typed: those of a service, those of a file, and those of both. */
export interface CompareFlags
  extends
    Omit<FilePopulationOptions, 'measures' | 'now'>,
    Partial<Omit<StoreComparison, 'measures' | keyof FilePopulationOptions>> {
  server: string
  file?: string[]
  format?: string
  measure?: StoreMeasure[]
  json?: true
}

const ofServices = [
  'service',
  'environment',
  'since',
  'until',
  'candidateWindow',
  'baselineWindow',
] as const
const ofFiles = [
  'format',
  'bad',
  'badCount',
  'weight',
  'slow',
  'operation',
  'actual',
  'expected',
] as const
const ofBoth = ['candidate', 'baseline', 'maxOrder', 'unit', 'ignore', 'include', 'limit'] as const

export type FileComparison = { kind: 'file'; files: string[]; measures?: StoreMeasure[] } & Pick<
  CompareFlags,
  (typeof ofFiles)[number] | (typeof ofBoth)[number]
>

export type WantedComparison =
  | FileComparison
  | { kind: 'service'; server: string; request: StoreComparison }

/** @throws USAGE: flags that contradict each other, or say too little */
export function checkCompareFlags(flags: CompareFlags): WantedComparison {
  const { file, service, measure, server } = flags
  const both = taken(flags, ofBoth)
  if (file !== undefined) {
    refuse(flags, ofServices, '--file is read without a server')
    checkFileFlags(flags)
    const measures = measure === undefined ? {} : { measures: measure }
    return { kind: 'file', files: file, ...taken(flags, ofFiles), ...both, ...measures }
  }
  if (service === undefined) {
    throw new AftergreenError('USAGE', 'Nothing says what to compare.', {
      hint: 'Give --service NAME for requests on a server, or --file PATH for rows of a file. See "aftergreen compare --help".',
    })
  }
  refuse(flags, ofFiles, 'it is for --file')
  const hasWindows = flags.candidateWindow !== undefined || flags.baselineWindow !== undefined
  if (flags.candidate === undefined && !hasWindows) throw noCandidate()
  const measures = measure === undefined ? {} : { measures: measure }
  const request = { ...taken(flags, ofServices), service, ...both, ...measures }
  return { kind: 'service', server, request }
}

function checkFileFlags(flags: CompareFlags): void {
  const { candidate, actual, expected, bad, badCount, weight } = flags
  if ((actual === undefined) !== (expected === undefined)) {
    throw new AftergreenError('USAGE', '--actual and --expected belong together.', {
      hint: 'Give a column for each: --actual sales --expected predicted.',
    })
  }
  if (actual !== undefined) {
    const others = [
      'candidate',
      'baseline',
      'bad',
      'badCount',
      'weight',
      'slow',
      'measure',
    ] as const
    refuse(flags, others, '--actual and --expected compare two columns, not two sides')
    return
  }
  if (candidate === undefined) throw noCandidate()
  if (badCount !== undefined && (weight === undefined || bad !== undefined)) {
    throw new AftergreenError('USAGE', '--bad-count needs --weight, and stands in for --bad.', {
      hint: 'Give how many events a row stands for, and how many of them are bad: --weight n --bad-count k.',
    })
  }
}

function noCandidate(): AftergreenError {
  return new AftergreenError('USAGE', 'Nothing says what the candidate is.', {
    hint: 'Give a filter: --candidate \'service.version = "2.1"\'; or a span of time for each side: --candidate-window 1h..now --baseline-window 2h..1h.',
  })
}

function refuse(flags: CompareFlags, names: readonly (keyof CompareFlags)[], reason: string): void {
  const wrong = names.find((name) => flags[name] !== undefined)
  if (wrong === undefined) return
  const flag = `--${wrong.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  throw new AftergreenError('USAGE', `${flag} does not fit: ${reason}.`, {
    hint: 'See "aftergreen compare --help".',
  })
}

function taken<K extends keyof CompareFlags>(
  flags: CompareFlags,
  names: readonly K[],
): Pick<CompareFlags, K> {
  const given = names.filter((name) => flags[name] !== undefined)
  return Object.fromEntries(given.map((name) => [name, flags[name]])) as Pick<CompareFlags, K>
}
