import type { CohortSource } from '../../src/cohorts/compare/cohort-source.ts'
import type { Store } from '../../src/store/store.ts'
import { cpuSeconds } from '../ingest/process-usage.ts'

/** One call, in seconds since the record began. */
export interface RecordedCall {
  name: string
  from: number
  to: number
  nodeCpu: number
  engineCpu: number
}

/** Which calls a comparison makes, and how long each takes; calls at the same time share what they are charged. */
export class CallRecord {
  readonly calls: RecordedCall[] = []
  readonly #began = performance.now()
  readonly #enginePid: number

  constructor(enginePid: number) {
    this.#enginePid = enginePid
  }

  async call<T>(name: string, work: () => Promise<T>): Promise<T> {
    const from = this.#now()
    const [node, engine] = [cpuSeconds(process.pid), cpuSeconds(this.#enginePid)]
    try {
      return await work()
    } finally {
      this.calls.push({
        name,
        from,
        to: this.#now(),
        nodeCpu: cpuSeconds(process.pid) - node,
        engineCpu: cpuSeconds(this.#enginePid) - engine,
      })
    }
  }

  source(source: CohortSource): CohortSource {
    return {
      ...source,
      describe: (signal) => this.call('describe', () => source.describe(signal)),
      sample: (signal) => this.call('sample', () => source.sample(signal)),
      count: (request, signal) =>
        this.call(`count of ${request.cohorts.length}`, () => source.count(request, signal)),
      durations: (cohorts, signal) =>
        this.call(`durations of ${cohorts.length}`, () => source.durations(cohorts, signal)),
      examine: (asked, signal) =>
        this.call(`examine ${asked.length}`, () => source.examine(asked, signal)),
      predicate: (cohort) => source.predicate(cohort),
      close: () => source.close(),
    }
  }

  store(store: Store): Store {
    return {
      ...store,
      query: (sql, parameters, options) =>
        this.call(`  rows ${brief(sql)}`, () => store.query(sql, parameters, options)),
      queryColumns: (sql, parameters, options) =>
        this.call(`  columns ${brief(sql)}`, () => store.queryColumns(sql, parameters, options)),
      queryNative: (sql, parameters, options) =>
        this.call(`  native ${brief(sql)}`, () => store.queryNative(sql, parameters, options)),
    }
  }

  #now(): number {
    return (performance.now() - this.#began) / 1000
  }
}

const brief = (sql: string): string => sql.replaceAll(/\s+/g, ' ').trim().slice(0, 60)
