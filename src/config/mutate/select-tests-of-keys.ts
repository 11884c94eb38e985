import type { RunTrace, TracedRead } from '../coverage/run-trace.ts'
import type { KeyRead } from '../key-read.ts'
import { phaseOf } from '../repository/phase-of.ts'
import { templateMatcher } from '../rules/scan-keys.ts'

/**
 * Which test files a change of a key concerns.
 *
 * - `nobody`: no test reads it, so none can notice;
 * - `files`: these read it;
 * - `unknown`: that cannot be told, for the reason in `why` (one sentence): all of them may.
 */
export type TestsOfKey =
  | { kind: 'nobody' }
  | { kind: 'files'; files: string[] }
  | { kind: 'unknown'; why: string }

const traced: ReadonlySet<string> = new Set(['javascript', 'typescript', 'python'])

/** From one traced run of all tests, and what the scanner found. Pure. */
export function testsOfKeys(
  { processes, problems }: RunTrace,
  reads: readonly KeyRead[],
): (key: string) => TestsOfKey {
  const seen = Map.groupBy(
    processes.flatMap((process) => process.reads).filter(({ by }) => by !== 'runtime'),
    ({ key }) => key,
  )
  const inProduct = reads.filter(({ phase }) => phase !== 'test')
  const named = Map.groupBy(
    inProduct.filter(({ template }) => !template),
    ({ key }) => key,
  )
  const templates = inProduct
    .filter(({ template }) => template)
    .slice(0, 5000)
    .map((read) => ({ matches: templateMatcher(read.key), read }))
  const copy = processes
    .flatMap((process) => process.copies)
    .find(({ at }) => phaseOf(at.file) !== 'test')
  return (key) => {
    const own = seen.get(key)
    if (own !== undefined) return filesOf(own)
    const unknown = (why: string): TestsOfKey => ({ kind: 'unknown', why })
    if (processes.length === 0) return unknown('No process of the tests could be traced.')
    if (problems.length > 0) return unknown('The trace of the tests is not complete.')
    const found = [
      ...(named.get(key) ?? []),
      ...templates.filter(({ matches }) => matches(key)).map(({ read }) => read),
    ]
    if (found.some(({ language }) => !traced.has(language))) {
      return unknown('Not every reader of the key is of a language that can be traced.')
    }
    if (copy !== undefined) {
      const { file, line } = copy.at
      return unknown(`The whole environment is copied at ${file}:${line}.`)
    }
    return { kind: 'nobody' }
  }
}

function filesOf(reads: readonly TracedRead[]): TestsOfKey {
  const files = new Set<string>()
  for (const { test } of reads) {
    if (test === undefined || phaseOf(test) !== 'test') {
      return { kind: 'unknown', why: 'Not every read of the key belongs to a test file.' }
    }
    files.add(test)
  }
  return { kind: 'files', files: [...files].toSorted() }
}
