import { expect, test } from 'vitest'
import { ColumnBatch } from '../../otlp/column-batch.ts'
import { decodeExport } from '../../otlp/decode-export.ts'
import { encodeMessage, requestTypes } from '../../otlp/testing/otlp-proto.ts'
import type { Plain } from '../../otlp/testing/otlp-proto.ts'
import { initialLayout } from '../tables/table-layout.ts'
import { KeyCounter } from './key-counter.ts'

const layout = initialLayout('traces')
const text = (key: string, value: string): Plain => ({ key, value: { stringValue: value } })
const integer = (key: string, value: number): Plain => ({ key, value: { intValue: value } })

function batchOf(...resources: { resource?: Plain[]; spans: Plain[][] }[]): ColumnBatch {
  const batch = new ColumnBatch('traces')
  const request = encodeMessage(requestTypes.traces, {
    resourceSpans: resources.map(({ resource = [], spans }) => ({
      resource: { attributes: resource },
      scopeSpans: [
        {
          spans: spans.map((attributes) => ({
            traceId: Buffer.alloc(16, 1),
            spanId: Buffer.alloc(8, 1),
            attributes,
          })),
        },
      ],
    })),
  })
  decodeExport('traces', 'protobuf', request, batch)
  return batch
}

test('counts the rows of each key and type, those of resources included', () => {
  const counter = new KeyCounter()
  const batch = batchOf(
    {
      resource: [text('pod', 'a'), text('host.name', 'h')],
      spans: [[integer('cart', 1)], [integer('cart', 2), text('plan', 'gold')], []],
    },
    // its own value wins: the one of the resource is kept as resource.pod
    { resource: [text('pod', 'b')], spans: [[text('pod', 'c'), text('cart', 'full')]] },
  )
  counter.count(batch, layout)
  counter.count(batch, layout)
  expect(counter.rows).toBe(8)
  expect(Object.fromEntries(counter.counts().map(({ id, rows }) => [id, rows]))).toEqual({
    'string:pod': 8,
    'int:cart': 4,
    'string:plan': 2,
    'string:cart': 2,
    'string:resource.pod': 2,
  })
  counter.clear()
  expect([counter.rows, counter.size]).toEqual([0, 0])
})

test('estimates how many distinct values a string has', () => {
  const counter = new KeyCounter()
  for (let part = 0; part < 10; part++) {
    const spans = Array.from({ length: 200 }, (_, i) => [
      text('id', `id-${part}-${i}`),
      text('plan', `plan-${i % 7}`),
    ])
    counter.count(batchOf({ spans }), layout)
  }
  const [id, plan] = ['string:id', 'string:plan'].map((wanted) =>
    counter.counts().find(({ id }) => id === wanted),
  )
  expect(id).toMatchObject({ rows: 2000, values: 2000 })
  expect(Math.abs((id?.distinct ?? 0) - 2000)).toBeLessThan(500)
  expect(plan).toMatchObject({ rows: 2000, values: 2000, distinct: 7 })
})

test('a flood of keys neither hides the frequent ones nor takes memory', () => {
  const counter = new KeyCounter()
  for (let part = 0; part < 40; part++) {
    const spans = Array.from({ length: 100 }, (_, i) => [
      text('plan', 'gold'),
      ...Array.from({ length: 10 }, (_, k) => text(`key-${part}-${i}-${k}`, 'x')),
    ])
    counter.count(batchOf({ spans }), layout)
    expect(counter.size).toBeLessThan(8192)
  }
  expect(counter.counts()[0]).toMatchObject({ id: 'string:plan', distinct: 1 })
})
