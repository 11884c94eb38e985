import { AftergreenError } from '../../errors.ts'
import type { Signal } from '../../signal.ts'
import type { Store } from '../../store/store.ts'

/** How a copy of a signal's rows differs from what is stored. */
export interface AlteredRows {
  /** SQL expression by column. */
  columns: Readonly<Record<string, string>>
  /** SQL condition of the rows that are there at all; left out, all. */
  keep?: string
}

/**
 * A store in whose past something was otherwise: what is asked of it is answered from altered copies of the rows, which
 * exist within each question alone. Nothing can be written to it.
 */
export function alteredStore(
  store: Store,
  altered: Partial<Readonly<Record<Signal, AlteredRows>>>,
): Store {
  return {
    database: store.database,
    relations: store.relations,
    query: (...question) => store.query(...question),
    queryColumns: (...question) => store.queryColumns(...question),
    queryNative: (...question) => store.queryNative(...question),
    attribute: (...key) => store.attribute(...key),
    coverage: () => store.coverage(),
    health: () => store.health(),
    drained: () => store.drained(),
    relation(signal) {
      const rows = store.relation(signal)
      const { columns = {}, keep } = altered[signal] ?? {}
      const replaced = Object.entries(columns).map(([name, sql]) => `${sql} AS ${name}`)
      if (replaced.length === 0 && keep === undefined) return rows
      const replace = replaced.length === 0 ? '' : ` REPLACE (${replaced.join(', ')})`
      // the columns of the rows as they are: a replaced one is not meant by the name of another
      return `(SELECT *${replace} FROM ${rows} AS stored${keep === undefined ? '' : ` WHERE ${keep}`})`
    },
    ingest: () => Promise.reject(notToBeWritten()),
    close: () => Promise.reject(notToBeWritten()),
  }
}

function notToBeWritten(): AftergreenError {
  return new AftergreenError('READ_ONLY_STORE', 'A copy of the past is not written to.', {
    hint: 'Write to the store that it was made of.',
  })
}
