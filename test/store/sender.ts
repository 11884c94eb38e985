/**
 * Owns a store and sends it requests until it is killed: `node sender.ts FOLDER FIRST SEGMENT_AGE`. Prints the engine's
 * process, then the number of every span that was acknowledged.
 */
import { writeSync } from 'node:fs'
import { decodeExport } from '../../src/otlp/decode-export.ts'
import { openStore } from '../../src/store/store.ts'
import { exportRequest, requestHash, senderSpans } from './export-request.ts'

const [folder = '', first = '0', maxSegmentAge = '500'] = process.argv.slice(2)
const store = await openStore({
  dataFolder: folder,
  log: (line) => console.error(line),
  spool: { maxSegmentAge: Number(maxSegmentAge) },
})
writeSync(1, `engine ${store.health().engine.pid}\n`)

let next = Number(first)
async function send(): Promise<void> {
  for (;;) {
    const spans = senderSpans(next)
    next += spans.length
    const body = exportRequest(spans)
    await store.ingest('traces', requestHash(body), (batch) =>
      decodeExport('traces', 'protobuf', body, batch),
    )
    writeSync(1, `${spans.map(({ number }) => number).join('\n')}\n`)
  }
}
await Promise.all([send(), send(), send(), send()])
