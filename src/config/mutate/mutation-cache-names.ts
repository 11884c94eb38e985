import { createHash } from 'node:crypto'
import type { KeyRead } from '../key-read.ts'
import { phaseOf } from '../repository/phase-of.ts'
import { readSource } from '../repository/read-source.ts'
import { collectors } from '../scan/languages/collectors.ts'
import type { Mutant } from './mutant.ts'
import type { MutationCache } from './mutation-cache.ts'

export interface CodeInput {
  root: string
  /** Every file of the repository that is neither ignored nor installed. */
  files: readonly string[]
  componentOf: (file: string) => string
  readsOf: (key: string) => readonly KeyRead[]
  /** Test files that a change of the key concerns; undefined = all of them. */
  testsOf: (key: string) => readonly string[] | undefined
}

/** What decides what installed packages do. */
const manifest =
  /(?:^|\/)(?:package\.json|package-lock\.json|yarn\.lock|pnpm-lock\.yaml|pyproject\.toml|poetry\.lock|uv\.lock|requirements[\w-]*\.txt|Pipfile\.lock)$/

/**
 * By key: a hash of the code that the runs of its mutants depend on. That is the code of the packages that read it, not
 * only the files that do, since a check that was added somewhere else must not go unseen; and the tests that read it.
 */
export async function codeHashes(
  { root, files, componentOf, readsOf, testsOf }: CodeInput,
  keys: Iterable<string>,
): Promise<Map<string, string>> {
  const code = files.filter(
    (file) => manifest.test(file) || collectors.some((collector) => collector.takes(file)),
  )
  const byComponent = Map.groupBy(
    code.filter((file) => phaseOf(file) !== 'test'),
    componentOf,
  )
  const allTests = code.filter((file) => phaseOf(file) === 'test')
  const digests = new Map<string, string>()
  const digestOf = async (list: readonly string[]): Promise<string> => {
    const name = list.join('\0')
    const known = digests.get(name)
    if (known !== undefined) return known
    const hash = createHash('sha256')
    for (const file of list) {
      const source = await readSource(root, file)
      hash.update(`\0${file}\0${'text' in source ? source.text : JSON.stringify(source)}`)
    }
    const digest = hash.digest('hex')
    digests.set(name, digest)
    return digest
  }
  const hashes = new Map<string, string>()
  for (const key of new Set(keys)) {
    const components = new Set(readsOf(key).map(({ component }) => component))
    // whoever reads it is not known, or lies at the root: all of the code
    const whole = components.size === 0 || components.has('')
    const own = whole
      ? [...byComponent.values()].flat()
      : [...components].toSorted().flatMap((component) => byComponent.get(component) ?? [])
    const parts = [await digestOf(own), await digestOf(testsOf(key) ?? allTests)]
    hashes.set(key, parts.join())
  }
  return hashes
}

/** Names of results: values are in them only as part of a keyed hash. */
export function mutantNames(
  cache: Pick<MutationCache, 'nameOf'>,
  codes: ReadonlyMap<string, string>,
  /** All else that the runs depend on; values may be in it. */
  run: unknown,
): (mutant: Mutant) => string {
  const runName = cache.nameOf(['run', run])
  return ({ key, component, operator, state, value, also }) =>
    cache.nameOf([
      runName,
      codes.get(key) ?? '',
      key,
      component,
      operator,
      state,
      value?.reveal() ?? null,
      also === undefined ? null : [also.key, also.value.reveal()],
    ])
}
