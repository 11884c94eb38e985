import type { Figures } from '../figures.ts'

/** Figures of a server with which nothing is wrong, and what differs. */
export function figuresOf(of: Partial<Figures> = {}): Figures {
  const none = { traces: 0, logs: 0, metrics: 0 }
  const traffic = { requests: 1000, duplicates: 2, rejected: 0, refused: {} }
  const table = { rows: 10_000, bytes: 650_000, parts: 12, partsOfOneDay: 6 }
  const rate = { minute: 600, hour: 36_000 }
  const oldest = '2026-06-02T00:00:00.000Z'
  const columns = { promoted: 28, budget: 128, otherKeys: 0, lastPromotion: null, problem: '' }
  return {
    at: '2026-06-15T12:00:00.000Z',
    health: {
      engine: {
        kind: 'embedded',
        state: 'ready',
        version: '26.7',
        url: 'http://127.0.0.1:1',
        pid: 1,
        restarts: 0,
        problem: '',
      },
      spool: {
        files: 1,
        bytes: 1000,
        lag: 0.4,
        rejectedFiles: 0,
        rejectedBytes: 0,
        lastRejection: '',
      },
      columns: { traces: columns, logs: columns, metrics: columns },
      tables: { schema: 'own', notes: [] },
      received: none,
      stored: none,
      retention: {
        oldest: { traces: oldest, logs: oldest, metrics: oldest },
        days: { traces: 14, logs: 14, metrics: 60 },
        budget: { traces: null, logs: null, metrics: null, all: 7e11 },
        droppedRows: none,
        droppedBytes: none,
        shortened: [],
        lastRun: '2026-06-15T11:59:30.000Z',
        problem: '',
      },
      imports: { accepted: none, duplicates: 0, last: null },
    } as unknown as Figures['health'],
    traffic: { traces: traffic, logs: traffic, metrics: traffic },
    rates: { traces: rate, logs: rate, metrics: rate },
    services: [{ service: 'shop', rows: { traces: rate, logs: rate, metrics: rate } }],
    senders: [{ service: 'shop', instance: 'a1', spans: 500, low: 0.4, median: 3, high: 6 }],
    identities: [],
    engine: {
      memory: 3e8,
      merges: 1,
      tables: { traces: table, logs: table, metrics: table },
      disk: { total: 1e12, free: 6e11 },
    },
    missing: [],
    ...of,
  }
}
