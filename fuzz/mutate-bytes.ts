import type { Random } from '../src/stats/random.ts'

/** One random change of some bytes, which know nothing of their meaning. May return the bytes themselves. */
export function mutateBytes(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  return mutations[random.integer(mutations.length)]!(bytes, other, random)
}

/** Where nothing grows beyond. */
const mostBytes = 200_000

type Mutation = (bytes: Uint8Array, other: Uint8Array, random: Random) => Uint8Array

const interesting = [0, 1, 2, 3, 7, 8, 0x0a, 0x12, 0x7f, 0x80, 0xc0, 0xfe, 0xff]

/** A range of at most `most` bytes. */
function range(bytes: Uint8Array, random: Random, most: number): [start: number, end: number] {
  const start = random.integer(bytes.length + 1)
  const length = random.integer(Math.min(most, bytes.length - start) + 1)
  return [start, start + length]
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array => {
  const all = Buffer.concat(parts)
  return all.length > mostBytes ? all.subarray(0, mostBytes) : all
}

const insert = (bytes: Uint8Array, at: number, what: Uint8Array): Uint8Array =>
  joined(bytes.subarray(0, at), what, bytes.subarray(at))

const flipBits: Mutation = (bytes, _, random) => {
  const result = Uint8Array.from(bytes)
  for (let i = random.integer(8); i >= 0 && result.length > 0; i--) {
    result[random.integer(result.length)]! ^= 1 << random.integer(8)
  }
  return result
}

const setBytes: Mutation = (bytes, _, random) => {
  const result = Uint8Array.from(bytes)
  for (let i = random.integer(4); i >= 0 && result.length > 0; i--) {
    const isPlain = random.integer(2) === 0
    const byte = isPlain ? random.integer(256) : interesting[random.integer(interesting.length)]!
    result[random.integer(result.length)] = byte
  }
  return result
}

const truncate: Mutation = (bytes, _, random) => bytes.subarray(0, random.integer(bytes.length + 1))

const remove: Mutation = (bytes, _, random) => {
  const [start, end] = range(bytes, random, 40)
  return joined(bytes.subarray(0, start), bytes.subarray(end))
}

const duplicate: Mutation = (bytes, _, random) => {
  const [start, end] = range(bytes, random, 200)
  return insert(bytes, random.integer(bytes.length + 1), bytes.subarray(start, end))
}

/** A short range over and over: two bytes can be a record. */
const repeat: Mutation = (bytes, _, random) => {
  const [start, end] = range(bytes, random, 12)
  const length = (end - start) * (1 + random.integer(1 << random.integer(13)))
  if (end === start) return bytes
  return insert(bytes, start, Buffer.alloc(Math.min(length, mostBytes), bytes.subarray(start, end)))
}

const splice: Mutation = (bytes, other, random) => {
  const [start, end] = range(other, random, other.length)
  const at = random.integer(bytes.length + 1)
  return random.integer(2) === 0
    ? insert(bytes, at, other.subarray(start, end))
    : joined(bytes.subarray(0, at), other.subarray(start))
}

const mutations: readonly Mutation[] = [
  flipBits,
  flipBits,
  setBytes,
  truncate,
  remove,
  duplicate,
  repeat,
  splice,
]
