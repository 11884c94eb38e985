/**
 * Fills the disk of a spool and makes room again: `node fill-disk.ts FOLDER`. Prints what became of the rows, read from
 * the segments: an engine does not fit on so small a disk.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { AftergreenError } from '../../src/errors.ts'
import { decodeExport } from '../../src/otlp/decode-export.ts'
import { encodeNative } from '../../src/store/native/encode-native.ts'
import { readSegment } from '../../src/store/spool/segment-format.ts'
import { Spool } from '../../src/store/spool/spool.ts'
import { initialLayout } from '../../src/store/tables/table-layout.ts'
import { exportRequest } from './export-request.ts'

const folder = process.argv[2] ?? ''
const ballast = path.join(folder, 'ballast')
writeFileSync(ballast, Buffer.alloc(20_000_000))
const spool = await Spool.open({
  folder: path.join(folder, 'spool'),
  encode: (batch) => encodeNative(batch, initialLayout(batch.signal)),
  linger: 0,
  // only the disk itself is to say no
  maxBytes: 2 ** 30,
  diskReserve: 0,
})

const accepted: string[] = []
async function send(number: number): Promise<void> {
  const body = exportRequest([{ number, attributes: { text: 'x'.repeat(50_000) + number } }])
  const hash = `request ${number}`
  await spool.ingest('traces', hash, (batch) => decodeExport('traces', 'protobuf', body, batch))
  accepted.push(hash)
}

let refusal: unknown
try {
  for (let number = 0; ; number++) await send(number)
} catch (error) {
  refusal = error instanceof AftergreenError ? error.code : String(error)
}
const acceptedBefore = accepted.length
rmSync(ballast)
// also the one that was refused
await send(acceptedBefore)
await spool.flush()

const kept: string[] = []
for (const { file } of spool.segments.traces.left) {
  const { frames, damage } = readSegment(await readFile(file))
  if (damage !== 'none') throw new Error(`a segment is ${damage}`)
  kept.push(...frames.flatMap(({ hashes }) => hashes))
}
console.log(
  JSON.stringify({
    refusal,
    accepted: acceptedBefore,
    acceptsAgain: accepted.length === acceptedBefore + 1,
    lost: accepted.filter((hash) => !kept.includes(hash)),
    doubled: kept.filter((hash, i) => kept.indexOf(hash) !== i),
  }),
)
