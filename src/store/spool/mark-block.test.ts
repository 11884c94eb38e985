import { expect, test } from 'vitest'
import { markedBlock, markOf } from './mark-block.ts'

test('a block gets one more column, and is not copied', () => {
  const block = Buffer.from('\u0002\u0003the columns')
  const [head, rest, name, values] = markedBlock(block, 3, 'token')
  expect([...head!]).toEqual([3])
  expect(rest!.buffer).toBe(block.buffer)
  expect(Buffer.from(rest!).toString()).toBe('\u0003the columns')
  expect(Buffer.from(name!).toString()).toBe('\u0007segment\u0006UInt64')
  expect(values!.length).toBe(24)
  for (const row of [0, 8, 16]) {
    expect(Buffer.from(values!).readBigUInt64LE(row).toString()).toBe(markOf('token'))
  }
})

test('also where the number of columns takes two bytes, and grows to them', () => {
  const of = (columns: number[]) => markedBlock(Buffer.from([...columns, 1]), 1, 'x')[0]
  expect([...of([127])!]).toEqual([0x80, 1])
  expect([...of([0xff, 1])!]).toEqual([0x80, 2])
})

test('what is no block is left as it is', () => {
  const block = Buffer.alloc(10, 0xff)
  expect(markedBlock(block, 1, 'x')).toEqual([block])
})

test('different tokens have different marks', () => {
  const marks = Array.from({ length: 10_000 }, (_, i) => markOf(`segment.${i}`))
  expect(new Set(marks).size).toBe(marks.length)
})
