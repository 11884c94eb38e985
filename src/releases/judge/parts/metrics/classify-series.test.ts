import { expect, test } from 'vitest'
import { type Attributes, meaningOf } from './classify-series.ts'
import { countedOnce, knownMetrics, millisPerUnit } from './known-metrics.ts'

const meaning = (metric: string, attributes: Attributes) =>
  meaningOf(knownMetrics.get(metric)!, attributes)

const http = { 'http.request.method': 'GET', 'http.route': '/a' }
const rpc = { 'rpc.service': 'shop.Cart', 'rpc.method': 'Add' }

test.each([
  [
    'http.server.request.duration',
    { ...http, 'http.response.status_code': '200' },
    'GET /a',
    false,
  ],
  ['http.server.request.duration', { ...http, 'http.response.status_code': '503' }, 'GET /a', true],
  // the caller's mistake, also where a library calls it an error
  [
    'http.server.request.duration',
    { ...http, 'http.response.status_code': '404', 'error.type': '404' },
    'GET /a',
    false,
  ],
  // … but an exception after the status was sent is not
  [
    'http.server.request.duration',
    { ...http, 'http.response.status_code': '404', 'error.type': 'Timeout' },
    'GET /a',
    true,
  ],
  ['http.server.request.duration', { ...http, 'error.type': 'Timeout' }, 'GET /a', true],
  [
    'http.server.duration',
    { 'http.method': 'PUT', 'http.route': '/b', 'http.status_code': '500' },
    'PUT /b',
    true,
  ],
  [
    'http.client.request.duration',
    {
      'http.request.method': 'GET',
      'server.address': 'pay',
      'http.response.status_code': '404',
      'error.type': '404',
    },
    'GET pay',
    true,
  ],
  ['rpc.server.duration', { ...rpc, 'rpc.grpc.status_code': '5' }, 'shop.Cart/Add', false],
  ['rpc.server.duration', { ...rpc, 'rpc.grpc.status_code': '14' }, 'shop.Cart/Add', true],
  [
    'rpc.server.call.duration',
    {
      'rpc.method': 'shop.Cart/Add',
      'rpc.response.status_code': 'NOT_FOUND',
      'error.type': 'NOT_FOUND',
    },
    'shop.Cart/Add',
    false,
  ],
  ['rpc.client.duration', { ...rpc, 'rpc.grpc.status_code': '5' }, 'shop.Cart/Add', true],
  ['rpc.client.duration', { ...rpc, 'rpc.grpc.status_code': '0' }, 'shop.Cart/Add', false],
  [
    'db.client.operation.duration',
    {
      'db.system.name': 'postgresql',
      'db.operation.name': 'SELECT',
      'db.collection.name': 'cart',
      'error.type': '40001',
    },
    'postgresql SELECT cart',
    true,
  ],
  [
    'messaging.process.duration',
    { 'messaging.operation.name': 'process', 'messaging.destination.name': 'orders' },
    'process orders',
    false,
  ],
])('%s %j', (metric, attributes, operation, failed) => {
  expect(meaning(metric, attributes)).toEqual({ operation, failed })
})

test('an older name of a metric counts only where the newer one is not sent', () => {
  expect([
    ...countedOnce(new Set(['http.server.duration', 'http.server.request.duration'])),
  ]).toEqual(['http.server.request.duration'])
  expect([...countedOnce(new Set(['http.server.duration']))]).toEqual(['http.server.duration'])
  expect(['s', 'ms', 'By'].map(millisPerUnit)).toEqual([1000, 1, null])
})
