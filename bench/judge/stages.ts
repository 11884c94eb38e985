import type { Store } from '../../src/store/store.ts'

/** Time that the questions of one kind took, summed; several may run at once. */
export interface Stage {
  name: string
  questions: number
  seconds: number
}

const kinds: readonly (readonly [RegExp, string])[] = [
  [/AS is_own/, 'count what came'],
  [/AS in_repeats|AS until\b|argMax\(service, calls\)|AS calls, \(SELECT/, 'edges'],
  [/groupArraySorted/, 'read units'],
  [/AS stretch, toFloat64\(cityHash64/, 'traces of each stretch'],
  [/system\.columns|_keys|min\(time\)\) AS from/, 'attribute keys'],
  // the detectors are asked within the questions about the time before as well
  [/AS in_bucket|AS operation, count\(\) AS requests/, 'history'],
  [/AS what\b|AS parent, name/, 'detectors'],
  [/AS answered/, 'peers'],
]

/** A store that notes how long its questions take, by what they are for; the rest of a look is computing. */
export function staged(store: Store): { store: Store; stages: () => Stage[] } {
  const found = new Map<string, Stage>()
  const timed = async <T>(sql: string, ask: () => Promise<T>): Promise<T> => {
    const name = kinds.find(([pattern]) => pattern.test(sql))?.[1] ?? 'other questions'
    const started = performance.now()
    const answer = await ask()
    const stage = found.get(name) ?? { name, questions: 0, seconds: 0 }
    stage.questions += 1
    stage.seconds += (performance.now() - started) / 1000
    found.set(name, stage)
    return answer
  }
  const wrapped: Store = {
    ...store,
    query: (sql, ...rest) => timed(sql, () => store.query(sql, ...rest)),
    queryColumns: (sql, ...rest) => timed(sql, () => store.queryColumns(sql, ...rest)),
    queryNative: (sql, ...rest) => timed(sql, () => store.queryNative(sql, ...rest)),
  }
  return {
    store: wrapped,
    stages: () => [...found.values()].toSorted((a, b) => b.seconds - a.seconds),
  }
}
