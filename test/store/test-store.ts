import { onTestFinished } from 'vitest'
import { decodeExport } from '../../src/otlp/decode-export.ts'
import type { IngestOutcome } from '../../src/store/spool/spool.ts'
import { openStore, type Store, type StoreOptions } from '../../src/store/store.ts'
import { exportRequest, requestHash, type TestSpan } from './export-request.ts'

export interface TestStore {
  store: Store
  send: (spans: readonly TestSpan[]) => Promise<IngestOutcome>
  /** Numbers of all stored spans, ascending, with repetitions. */
  stored: () => Promise<number[]>
  lines: string[]
}

/** A store on the real engine, closed when the test has finished. */
export async function testStore(
  dataFolder: string,
  options: Partial<StoreOptions> = {},
): Promise<TestStore> {
  const lines: string[] = []
  const store = await openStore({ dataFolder, log: (line) => lines.push(line), ...options })
  onTestFinished(() => store.close())
  return {
    store,
    lines,
    send(spans) {
      const body = exportRequest(spans)
      return store.ingest('traces', requestHash(body), (batch) =>
        decodeExport('traces', 'protobuf', body, batch),
      )
    },
    async stored() {
      const rows = await store.query<{ number: number }>(
        `SELECT toUInt32(substring(name, 6)) AS number FROM ${store.database}.spans ORDER BY number`,
      )
      return rows.map(({ number }) => number)
    },
  }
}
