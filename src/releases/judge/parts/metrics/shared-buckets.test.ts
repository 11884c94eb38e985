import { expect, test } from 'vitest'
import { type Increment, zeroBucket } from './load-increments.ts'
import type { RequestSeries } from './load-series.ts'
import { sharedBuckets } from './shared-buckets.ts'

const series = (type: RequestSeries['type'], unit = 's', scale = 1): RequestSeries => ({
  id: '1',
  side: 'candidate',
  role: 'server',
  metric: 'http.server.request.duration',
  type,
  unit,
  instance: 'a',
  attributes: {},
  scale,
  points: 1,
  first: 0,
  last: 0,
  operation: 'GET /a',
  failed: false,
})
const increment = (layout: string, buckets: number[]): Increment => ({
  group: 0,
  block: 0,
  requests: buckets.length,
  layout,
  buckets,
  counts: buckets.map(() => 1),
})

test('classic histograms of different bounds meet at those in common, with nothing split', () => {
  const layouts = new Map([
    ['x', [0.01, 0.1, 1]],
    ['y', [0.01, 0.05, 0.1, 0.5]],
  ])
  const [x, y] = [increment('x', [0, 1, 2, 3]), increment('y', [0, 1, 2, 3, 4])]
  const shared = sharedBuckets([series('histogram')], [x, y], layouts)!
  expect(shared.bounds).toEqual([10, 100])
  expect(shared.place(x)).toEqual([0, 1, 2, 2])
  expect(shared.place(y)).toEqual([0, 1, 1, 2, 2])
})

test('exponential histograms: the bounds are powers of the base, zeros lie in the lowest bucket', () => {
  const one = increment('', [zeroBucket, -4, -2, 1])
  const shared = sharedBuckets([series('exponential_histogram', 's', 0)], [one], new Map())!
  // scale 0: bucket i holds what is at most 2^(i+1) seconds
  expect(shared.bounds).toEqual([125, 250, 500, 1000, 2000])
  expect(shared.place(one)).toEqual([0, 0, 2, 5])
})

test('no durations where kinds or units are mixed, or no bound is shared', () => {
  const layouts = new Map([
    ['x', [1]],
    ['y', [2]],
  ])
  const both = [increment('x', [0]), increment('y', [0])]
  expect(sharedBuckets([series('histogram')], both, layouts)).toBeNull()
  const one = [increment('x', [0])]
  expect(sharedBuckets([series('histogram')], one, layouts)?.bounds).toEqual([1000])
  expect(sharedBuckets([series('histogram'), series('histogram', 'ms')], one, layouts)).toBeNull()
  expect(sharedBuckets([series('histogram', 'By')], one, layouts)).toBeNull()
  expect(
    sharedBuckets([series('histogram'), series('exponential_histogram')], one, layouts),
  ).toBeNull()
})
