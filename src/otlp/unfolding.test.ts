import { expect, test } from 'vitest'
import type { Signal } from '../signal.ts'
import { ColumnBatch } from './column-batch.ts'
import { decodeExport } from './decode-export.ts'
import type { OtlpEncoding } from './decode-export.ts'
import { shopRequest } from './testing/shop-spans.ts'
import { bytesField } from './wire-writer.ts'

const mebibyte = 2 ** 20
const repeat = (field: Uint8Array, count: number): Uint8Array => {
  return Buffer.alloc(field.length * count, field)
}
const nothing = new Uint8Array(0)
/** A request with one scope group of this content. */
const withScopeGroup = (content: Uint8Array): Uint8Array => bytesField(1, bytesField(2, content))
const attribute = (key: string, length: number): Uint8Array =>
  Buffer.concat([
    bytesField(1, Buffer.from(key)),
    bytesField(2, bytesField(1, new Uint8Array(length).fill(97))),
  ])
const ids = Buffer.concat([bytesField(1, Buffer.alloc(16, 1)), bytesField(2, Buffer.alloc(8, 1))])

// each would unfold to hundreds or thousands of times its size
const bombs: readonly (readonly [
  name: string,
  signal: Signal,
  encoding: OtlpEncoding,
  body: () => Uint8Array,
])[] = [
  [
    'log records of two bytes',
    'logs',
    'protobuf',
    () => withScopeGroup(repeat(bytesField(2, nothing), 2 * mebibyte)),
  ],
  [
    'data points of two bytes',
    'metrics',
    'protobuf',
    () => withScopeGroup(bytesField(2, bytesField(5, repeat(bytesField(1, nothing), mebibyte)))),
  ],
  [
    'events of two bytes',
    'traces',
    'protobuf',
    () =>
      withScopeGroup(
        bytesField(2, Buffer.concat([ids, repeat(bytesField(11, nothing), 3 * mebibyte)])),
      ),
  ],
  [
    'links of two bytes',
    'traces',
    'protobuf',
    () =>
      withScopeGroup(
        bytesField(2, Buffer.concat([ids, repeat(bytesField(13, nothing), 3 * mebibyte)])),
      ),
  ],
  [
    'exemplars of two bytes',
    'metrics',
    'protobuf',
    () =>
      withScopeGroup(
        bytesField(2, bytesField(5, bytesField(1, repeat(bytesField(5, nothing), 3 * mebibyte)))),
      ),
  ],
  [
    'values of an array of two bytes',
    'logs',
    'protobuf',
    () =>
      withScopeGroup(
        bytesField(2, bytesField(5, bytesField(5, repeat(bytesField(1, nothing), 4 * mebibyte)))),
      ),
  ],
  [
    'a large resource that many rows inherit',
    'logs',
    'protobuf',
    () =>
      bytesField(
        1,
        Buffer.concat([
          bytesField(1, bytesField(1, attribute('large', mebibyte))),
          bytesField(2, repeat(bytesField(2, nothing), 1000)),
        ]),
      ),
  ],
  [
    'a large resource of many scopes',
    'logs',
    'protobuf',
    () =>
      bytesField(
        1,
        Buffer.concat([
          bytesField(
            1,
            Buffer.concat(
              Array.from({ length: 5000 }, (_, i) => bytesField(1, attribute(`key.${i}`, 0))),
            ),
          ),
          repeat(bytesField(2, bytesField(2, nothing)), 100_000),
        ]),
      ),
  ],
  [
    'JSON objects of three bytes',
    'logs',
    'json',
    () => Buffer.from(`{"resourceLogs":[${'{},'.repeat(5_000_000)}{}]}`),
  ],
]

test.each(bombs)('%s are too large', (_, signal, encoding, makeBody) => {
  const batch = new ColumnBatch(signal)
  decodeExport(signal, encoding, encoding === 'json' ? Buffer.from('{}') : nothing, batch)
  const before = batch.byteSize
  const memory = process.memoryUsage().rss
  expect(() => decodeExport(signal, encoding, makeBody(), batch)).toThrow('too large')
  expect(batch.rows).toBe(0)
  expect(batch.byteSize).toBe(before)
  batch.clear()
  expect(batch.rowContext.data.length).toBeLessThan(100_000)
  expect(process.memoryUsage().rss - memory).toBeLessThan(900 * mebibyte)
})

test('what a row inherits counts: a batch of such rows is committed before it fills the memory', () => {
  const batch = new ColumnBatch('logs')
  const resource = bytesField(1, bytesField(1, attribute('large', 10_000)))
  const group = Buffer.concat([resource, bytesField(2, repeat(bytesField(2, nothing), 100))])
  const mark = batch.mark()
  decodeExport('logs', 'protobuf', bytesField(1, group), batch)
  expect(batch.byteSize).toBeGreaterThan(1_000_000)
  batch.rollback(mark)
  expect(batch.byteSize).toBeLessThan(10_000)
})

test('a full request of ordinary spans is not too large', () => {
  const request = shopRequest(20_000, Math.random)
  const body = Buffer.concat([request, request, request])
  const batch = new ColumnBatch('traces')
  expect(decodeExport('traces', 'protobuf', body, batch).accepted).toBe(60_000)
})
