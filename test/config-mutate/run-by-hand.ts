import { readTarget } from '../../src/cli/target-environment.ts'
import type { Mutant } from '../../src/config/mutate/mutant.ts'
import { openMutationCache } from '../../src/config/mutate/mutation-cache.ts'
import type { MutationInput, MutationRan } from '../../src/config/mutate/run-mutation.ts'
import { runMutation } from '../../src/config/mutate/run-mutation.ts'
import { blastRadius } from '../../src/config/blast-radius/blast-radius.ts'
import { lookAtRepository } from '../../src/config/repository/look-at-repository.ts'
import { SealedValue } from '../../src/config/sealed-value.ts'

/** `KEY=value`, `KEY=` (empty) or `KEY` (unset). */
function mutantOf(text: string): Mutant {
  const [key = '', value] = text.split('=', 2)
  const state = value === undefined ? 'unset' : value === '' ? 'empty' : 'set'
  return {
    id: text,
    key,
    component: '',
    operator: 'wrong-type',
    state,
    ...(state === 'set' ? { value: new SealedValue(value!) } : {}),
    change: 'another value',
    effectClass: null,
    blastRadius: 1,
    radius: blastRadius(
      { effect: undefined, inferred: true, because: 'the name of the key' },
      { reach: 1, exposure: 'unknown', earliestKiller: 'not-measured' },
    ),
    locations: [],
  }
}

/** The running half alone, with mutants as told; without contract and history. */
export async function runByHand(
  root: string,
  mutants: string[],
  options: Partial<MutationInput> & Pick<MutationInput, 'command'>,
): Promise<MutationRan & { fates: Record<string, string> }> {
  const { files, reads = [], readsOpenly } = await lookAtRepository(root, { code: true })
  const { loaded } = await readTarget(root, files, {})
  if (loaded === undefined) throw new Error('no environment')
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:NODE_OPTIONS|VITEST|AFTERGREEN)/.test(name),
    ),
  )
  const ran = await runMutation({
    root,
    check: { environments: [loaded], reads, readsOpenly, today: '2026-11-23' },
    environment: loaded.name,
    mutants: mutants.map(mutantOf),
    files,
    scripts: {},
    allTests: false,
    network: true,
    budgetSeconds: 300,
    jobs: 1,
    cache: await openMutationCache(undefined, root),
    stop: new AbortController().signal,
    onNote: () => {},
    ...options,
    env: { ...env, PYTHONDONTWRITEBYTECODE: '1', ...options.env },
  })
  const fates = ran.results.map(({ mutant, outcome, killer = 'nobody', runs }) => [
    mutant.id,
    `${outcome} ${killer} ${runs}`,
  ])
  return { ...ran, fates: Object.fromEntries(fates) }
}
