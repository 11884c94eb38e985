/**
 * A spool segment: the rows of one signal that were acknowledged within a short time, as Native blocks that the engine
 * takes as they are. It grows by one frame for each group commit, and is one insert.
 *
 *     segment = "AGSPOOL1" header-length:u32 crc(header):u32 crc(the 16 bytes before):u32 header frame*
 *     frame   = "FRAM" meta-length:u32 block-length:u32 rows:u32 crc(meta, block):u32 crc(the 20 bytes before):u32
 *               meta block
 *
 * Numbers are little-endian, checksums CRC-32, header and meta JSON.
 */
import { crc32 } from 'node:zlib'
import type { DecodeOutcome } from '../../otlp/decode-export.ts'
import { type Signal, signals } from '../../signal.ts'

export interface SegmentHeader {
  signal: Signal
  /** Columns of every block, in order. */
  columns: readonly string[]
  /** Its rows are stored with the mark of their insert (`mark-block.ts`). Older files are not. */
  marked?: true
}

export interface FrameMeta {
  /** When it was committed, ms since 1970. */
  time: number
  /** Hashes of the requests whose rows it holds. */
  hashes: readonly string[]
  /** How they were answered, in the same order. */
  outcomes?: readonly DecodeOutcome[]
}

export interface Frame extends FrameMeta {
  rows: number
  /** One Native block. */
  block: Uint8Array
}

export interface SegmentContent {
  /** Undefined where even the header is not readable. */
  header: SegmentHeader | undefined
  /** The frames that are whole. */
  frames: readonly Frame[]
  /**
   * `torn`: ends in a frame whose writing was cut off, which was never acknowledged. `corrupt`: bytes that were
   * written whole have changed since.
   */
  damage: 'none' | 'torn' | 'corrupt'
}

const segmentMagic = Buffer.from('AGSPOOL1')
const frameMagic = Buffer.from('FRAM')
const preambleSize = 20
const frameHeadSize = 24

export function segmentHeader(header: SegmentHeader): Buffer {
  const json = Buffer.from(JSON.stringify(header))
  const preamble = Buffer.alloc(preambleSize)
  segmentMagic.copy(preamble)
  preamble.writeUInt32LE(json.length, 8)
  preamble.writeUInt32LE(crc32(json), 12)
  preamble.writeUInt32LE(crc32(preamble.subarray(0, 16)), 16)
  return Buffer.concat([preamble, json])
}

/** What precedes the block of a frame. */
export function frameHead(frame: Frame): Buffer {
  const { time, hashes, outcomes } = frame
  const meta = Buffer.from(JSON.stringify({ time, hashes, outcomes }))
  const head = Buffer.alloc(frameHeadSize)
  frameMagic.copy(head)
  head.writeUInt32LE(meta.length, 4)
  head.writeUInt32LE(frame.block.length, 8)
  head.writeUInt32LE(frame.rows, 12)
  head.writeUInt32LE(crc32(frame.block, crc32(meta)), 16)
  head.writeUInt32LE(crc32(head.subarray(0, 20)), 20)
  return Buffer.concat([head, meta])
}

/** Never throws: a spool file may hold anything after a crash. */
export function readSegment(bytes: Buffer): SegmentContent {
  const unreadable = (damage: 'torn' | 'corrupt'): SegmentContent => {
    return { header: undefined, frames: [], damage }
  }
  if (bytes.length < preambleSize) return unreadable('torn')
  const preamble = bytes.subarray(0, preambleSize)
  if (crc32(preamble.subarray(0, 16)) !== preamble.readUInt32LE(16)) return unreadable('corrupt')
  const start = preambleSize + preamble.readUInt32LE(8)
  if (start > bytes.length) return unreadable('torn')
  const json = bytes.subarray(preambleSize, start)
  const isSegment = segmentMagic.equals(preamble.subarray(0, 8))
  const header =
    isSegment && crc32(json) === preamble.readUInt32LE(12) ? parseHeader(json) : undefined
  return header === undefined ? unreadable('corrupt') : { header, ...readFrames(bytes, start) }
}

function readFrames(bytes: Buffer, start: number): Pick<SegmentContent, 'frames' | 'damage'> {
  const frames: Frame[] = []
  let damage: SegmentContent['damage'] = 'none'
  for (let at = start; at < bytes.length;) {
    if (at + frameHeadSize > bytes.length) return { frames, damage: worse(damage, 'torn') }
    const head = bytes.subarray(at, at + frameHeadSize)
    // without a trustworthy length nothing after it can be found
    if (
      !frameMagic.equals(head.subarray(0, 4)) ||
      crc32(head.subarray(0, 20)) !== head.readUInt32LE(20)
    ) {
      // after a power failure a file may be longer than what was written to it
      return { frames, damage: isZero(bytes.subarray(at)) ? worse(damage, 'torn') : 'corrupt' }
    }
    const blockStart = at + frameHeadSize + head.readUInt32LE(4)
    const end = blockStart + head.readUInt32LE(8)
    if (end > bytes.length) return { frames, damage: worse(damage, 'torn') }
    const body = bytes.subarray(at + frameHeadSize, end)
    if (crc32(body) === head.readUInt32LE(16)) {
      const meta = JSON.parse(bytes.toString('utf8', at + frameHeadSize, blockStart)) as FrameMeta
      frames.push({ ...meta, rows: head.readUInt32LE(12), block: bytes.subarray(blockStart, end) })
    } else {
      damage = 'corrupt'
    }
    at = end
  }
  return { frames, damage }
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0)
}

function worse(
  before: SegmentContent['damage'],
  now: SegmentContent['damage'],
): SegmentContent['damage'] {
  return before === 'corrupt' ? before : now
}

function parseHeader(json: Buffer): SegmentHeader | undefined {
  const header = JSON.parse(json.toString()) as SegmentHeader
  return signals.includes(header.signal) ? header : undefined
}
