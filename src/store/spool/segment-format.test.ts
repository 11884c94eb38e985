import { assert, integer, nat, property, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'
import { type Frame, frameHead, readSegment, segmentHeader } from './segment-format.ts'

const header = { signal: 'logs', columns: ['time', 'body'] } as const

function frame(text: string, rows = 1): Frame {
  return { time: 1000 + rows, hashes: [`hash ${text}`], rows, block: Buffer.from(text) }
}

function segment(frames: readonly Frame[]): Buffer {
  const parts = frames.flatMap((one) => [frameHead(one), one.block])
  return Buffer.concat([segmentHeader(header), ...parts])
}

const frames = [frame('first'), frame('', 0), frame('third', 3)]

test('what was written is read', () => {
  expect(readSegment(segment(frames))).toEqual({ header, frames, damage: 'none' })
})

test('cut anywhere, it gives the frames that are whole and is not called corrupt', () => {
  const whole = segment(frames)
  const ends = frames.map((_, i) => segment(frames.slice(0, i + 1)).length)
  const start = segment([]).length
  for (let length = 0; length < whole.length; length++) {
    const { header: read, frames: found, damage } = readSegment(whole.subarray(0, length))
    const clean = length === start || ends.includes(length)
    expect(damage).toBe(clean ? 'none' : 'torn')
    expect(read).toEqual(length < start ? undefined : header)
    expect(found).toEqual(frames.slice(0, ends.filter((end) => end <= length).length))
  }
})

test('a changed byte never gives a wrong frame, and is noticed', () => {
  const whole = segment(frames)
  assert(
    property(nat(whole.length - 1), integer({ min: 1, max: 255 }), (at, change) => {
      const bytes = Buffer.from(whole)
      bytes.writeUInt8(bytes.readUInt8(at) ^ change, at)
      const { frames: found, damage } = readSegment(bytes)
      expect(damage).toBe('corrupt')
      for (const one of found) expect(frames).toContainEqual(one)
    }),
  )
})

test('a damaged block does not hide the frames behind it', () => {
  const bytes = segment(frames)
  bytes.write('F', bytes.indexOf('first'))
  expect(readSegment(bytes)).toEqual({ header, frames: frames.slice(1), damage: 'corrupt' })
})

test('anything else is not a segment', () => {
  assert(
    property(uint8Array({ maxLength: 200 }), (bytes) => {
      expect(readSegment(Buffer.from(bytes)).frames).toEqual([])
    }),
  )
})

test('zeros behind the last frame, as a power failure leaves them, are no damage of it', () => {
  const whole = segment(frames)
  expect(readSegment(Buffer.concat([whole, Buffer.alloc(100)]))).toEqual({
    header,
    frames,
    damage: 'torn',
  })
  expect(readSegment(Buffer.concat([whole, Buffer.alloc(100, 7)])).damage).toBe('corrupt')
})
