/**
 * Owns a store and sends it requests until it is killed: `node sender.ts FOLDER FIRST`. Prints the engine's process,
 * then the number of every span that was acknowledged.
 */
import { writeSync } from 'node:fs'
import { decodeExport } from '../../src/otlp/decode-export.ts'
import { openStore } from '../../src/store/store.ts'
import { exportRequest, requestHash } from './export-request.ts'

const [folder = '', first = '0'] = process.argv.slice(2)
const store = await openStore({ dataFolder: folder, log: (line) => console.error(line) })
writeSync(1, `engine ${store.health().engine.pid}\n`)

let next = Number(first)
async function send(): Promise<void> {
  for (;;) {
    const numbers = Array.from({ length: 7 }, () => next++)
    const body = exportRequest(numbers.map((number) => ({ number, attributes: { n: number } })))
    await store.ingest('traces', requestHash(body), (batch) =>
      decodeExport('traces', 'protobuf', body, batch),
    )
    writeSync(1, `${numbers.join('\n')}\n`)
  }
}
await Promise.all([send(), send(), send(), send()])
