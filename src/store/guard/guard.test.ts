import { expect, test } from 'vitest'
import { decodeExport } from '../../otlp/decode-export.ts'
import { batchRows } from '../../otlp/testing/batch-rows.ts'
import type { Row } from '../../otlp/testing/batch-rows.ts'
import type { Plain } from '../../otlp/testing/otlp-proto.ts'
import { parseRedaction } from './read-redaction-file.ts'
import { guarded, int, service, span, text } from './testing/guarded.ts'
import type { SentSpans } from './testing/guarded.ts'

test.each(['protobuf', 'json'] as const)('values of secret keys are taken out: %s', (encoding) => {
  const { guard, send } = guarded()
  const [row] = send(
    {
      resource: [service('shop'), text('deploy.token', 't0')],
      scope: [text('scope.secret', 's0')],
      spans: [
        span([
          text('db.password', 'hunter2'),
          text('user.id', '7'),
          int('pin.password', 1234),
          int('llm.token', 12),
          { key: 'login.password', value: { boolValue: true } },
          { key: 'smtp.password', value: { doubleValue: 1.5 } },
          text('empty.password', ''),
          {
            key: 'http.request.header.authorization',
            value: { arrayValue: { values: [{ stringValue: 'x' }] } },
          },
          { key: 'api_key', value: { bytesValue: Buffer.from('abc') } },
          {
            key: 'body',
            value: { kvlistValue: { values: [text('password', 'deep'), int('n', 1)] } },
          },
        ]),
      ],
    },
    encoding,
  )
  expect(row!.attributes).toEqual({
    'string:deploy.token': '[redacted:token]',
    'string:scope.secret': '[redacted:secret]',
    'string:db.password': '[redacted:password]',
    'string:user.id': '7',
    'string:pin.password': '[redacted:password]',
    'int:llm.token': 12n,
    'bool:login.password': true,
    'string:smtp.password': '[redacted:password]',
    'string:empty.password': '',
    'json:http.request.header.authorization': '"[redacted:authorization]"',
    'json:api_key': '"[redacted:api-key]"',
    'json:body': '{"password":"[redacted:password]","n":1}',
  })
  expect(guard.health().redacted).toEqual({
    token: 1,
    secret: 1,
    password: 4,
    authorization: 1,
    'api-key': 1,
  })
})

test('escapes of JSON hide nothing', () => {
  const { guard, batch } = guarded()
  const body = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${'07'.repeat(16)}","spanId":"${'07'.repeat(8)}",
    "name":"\\u0042earer abc123def456","attributes":[{"key":"pass\\u0077ord","value":{"stringValue":"x1"}},
    {"key":"a","value":{"stringValue":"AKI\\u0041IOSFODNN7EXAMPLE"}}]}]}]}]}`
  guard.guarded((batch) => decodeExport('traces', 'json', Buffer.from(body), batch))(batch)
  expect(batchRows(batch)[0]).toMatchObject({
    name: 'Bearer [redacted:authorization]',
    attributes: { 'string:password': '[redacted:password]', 'string:a': '[redacted:aws-key]' },
  })
})

test('keys, names, messages, events and links are texts, too; a word is guarded for every row that has it', () => {
  const { send } = guarded()
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'
  const request: SentSpans = {
    resource: [service('app for 4111111111111111')],
    spans: [1, 2].map(() =>
      span([text(`user ${jwt}`, 'a'), int('account', 4111111111111111)], {
        name: 'GET /login?password=x1',
        traceState: 'v=ghp_012345678901234567890123456789012345',
        status: { message: 'no Bearer abc123def456' },
        events: [{ name: `e ${jwt}`, attributes: [text('exception.message', 'pwd=x1; y')] }],
        links: [{ traceState: `x=${jwt}`, attributes: [text('cookie', 'x1')] }],
      }),
    ),
  }
  const expected = {
    service: 'app for [redacted:card-number]',
    name: 'GET /login?password=[redacted:password]',
    traceState: 'v=[redacted:github-token]',
    statusMessage: 'no Bearer [redacted:authorization]',
    eventName: ['e [redacted:jwt]'],
    eventAttributes: ['{"exception.message":"pwd=[redacted:password]; y"}'],
    linkTraceState: ['x=[redacted:jwt]'],
    linkAttributes: ['{"cookie":"[redacted:cookie]"}'],
    attributes: {
      'string:user [redacted:jwt]': 'a',
      'string:account': '[redacted:card-number]',
    },
  }
  for (const row of [...send(request), ...send(request)]) expect(row).toMatchObject(expected)
})

test('keys that become the same by what is taken out are one key of the row', () => {
  const { send, batch } = guarded()
  const [first, second] = ['ghp_0123456789012345678901', 'ghp_ABCDEFGHIJKLMNOPQRSTUV']
  const [row] = send({
    resource: [service('shop'), text(first, 'outer')],
    spans: [span([text(second, 'inner')])],
  })
  expect(row!.attributes).toEqual({ 'string:[redacted:github-token]': 'inner' })
  batch.clear()
})

test('a file of rules adds some, switches some off and allows keys', () => {
  const redaction = parseRedaction(
    JSON.stringify({
      rules: [
        { name: 'customer', key: 'customer.*.number' },
        { name: 'employee', value: 'EMP-[0-9]{4,}', contains: ['EMP-'] },
        { name: 'iban', value: '\\b[a-z]{2}[0-9]{2}[a-z0-9]{11,30}\\b', ignoreCase: true },
      ],
      off: ['card-number'],
      allow: ['page.token'],
    }),
    'redaction.json',
  )
  const { send } = guarded({ redaction })
  const [row] = send({
    spans: [
      span([
        text('customer.eu.number', '17'),
        text('note', 'by EMP-12345 to DE02120300000000202051'),
        text('paid', '4111111111111111'),
        text('page.token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'),
        { key: 'm', value: { kvlistValue: { values: [text('customer.x.number', 'y')] } } },
      ]),
    ],
  })
  expect(row!.attributes).toEqual({
    'string:customer.eu.number': '[redacted:customer]',
    'string:note': 'by [redacted:employee] to [redacted:iban]',
    'string:paid': '4111111111111111',
    'string:page.token': 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln',
    'json:m': '{"customer.x.number":"[redacted:customer]"}',
  })
})

test('values are cut between characters, and JSON that must stay JSON stays so', () => {
  const { guard, send } = guarded({ limits: { valueBytes: 100 } })
  const [row] = send({
    spans: [
      span(
        [
          text('long', '€'.repeat(50)),
          {
            key: 'list',
            value: { arrayValue: { values: [{ stringValue: 'x'.repeat(200) }] } },
          },
          text('late.secret', 'x'.repeat(300)),
          text('straddling', `${'x'.repeat(90)} Bearer abcdefgh12345678901234`),
        ],
        { events: [{ attributes: [text('stack', 'y'.repeat(200))] }] },
      ),
    ],
  })
  expect(row!.attributes).toEqual({
    'string:long': `${'€'.repeat(33)}...[cut: 51 bytes]`,
    'string:list': `["${'x'.repeat(98)}...[cut: 104 bytes]`,
    'string:late.secret': '[redacted:secret]',
    'string:straddling': `${'x'.repeat(90)} Bearer [r...[cut: 22 bytes]`,
  })
  expect(JSON.parse(String((row!['eventAttributes'] as string[])[0]))).toEqual({
    'aftergreen.cut': `{"stack":"${'y'.repeat(90)}...[cut: 112 bytes]`,
  })
  const { valueBytes } = guard.health().limited
  expect(valueBytes).toMatchObject({ count: 4, last: 'eventAttributes', service: 'shop' })
})

test('a long key is cut and ends with a hash of all of it; its rule stays', () => {
  const { send } = guarded()
  const long = 'k'.repeat(300)
  const [row] = send({ spans: [span([text(`${long}a`, '1'), text(`${long}b.password`, 'x')])] })
  const keys = Object.keys(row!.attributes)
  expect(keys).toHaveLength(2)
  for (const key of keys) expect(key).toMatch(/^string:k{239}~[0-9a-f]{16}$/)
  expect(Object.values(row!.attributes)).toEqual(['1', '[redacted:password]'])
})

test('attributes, events and links beyond the limits are counted', () => {
  const { guard, send } = guarded({ limits: { attributes: 10, events: 2, links: 1 } })
  const many = (count: number, name: string): Plain[] =>
    Array.from({ length: count }, (_, i) => int(`${name}${i}`, i))
  const rows = send({
    resource: [service('shop'), ...many(12, 'r')],
    spans: [
      span(many(3, 'a')),
      span(many(30, 'a'), {
        events: [1, 2, 3, 4].map((n) => ({ name: `e${n}`, timeUnixNano: String(n) })),
        links: [1, 2].map((n) => ({ traceId: new Uint8Array(16).fill(n), flags: n })),
      }),
      span([int('last', 1)], { events: [{ name: 'only' }] }),
    ],
  })
  const outer = rows[0]!.attributes['int:resource.aftergreen.dropped_attributes']
  expect(outer).toBe(2n)
  expect(Object.keys(rows[0]!.attributes)).toHaveLength(3 + 10 + 1)
  expect(rows[1]).toMatchObject({
    eventName: ['e1', 'e2'],
    eventTime: [1n, 2n],
    linkFlags: [1],
    linkTraceId: ['01'.repeat(16)],
    attributes: {
      'int:a9': 9n,
      'int:aftergreen.dropped_attributes': 20n,
      'int:aftergreen.dropped_events': 2n,
      'int:aftergreen.dropped_links': 1n,
    },
  })
  expect(rows[1]!.attributes).not.toHaveProperty(['int:a10'])
  expect(rows[2]).toMatchObject({
    eventName: ['only'],
    attributes: { 'int:last': 1n, 'int:r0': 0n },
  })
  expect(guard.health().limited).toMatchObject({
    attributes: { count: 22 },
    events: { count: 2 },
    links: { count: 1 },
  })
})

test('keys beyond the limit go into one text and nothing is lost; the batch forgets them', () => {
  const limits = { keys: 20, keysPerService: 10 }
  let now = 1e12
  const { guard, batch, send } = guarded({ limits, now: () => now })
  const many = Array.from({ length: 30 }, (_, i) => int(`noise.${i}`, i))
  const [noisy] = send({
    resource: [service('noisy'), text('host.password', 'x')],
    spans: [span([text('kept', 'a'), ...many, text('quote".token', 'b"')])],
  })
  expect(noisy!.attributes).toMatchObject({ 'string:host.password': '[redacted:password]' })
  expect(noisy!.attributes).toMatchObject({ 'string:kept': 'a', 'int:noise.7': 7n })
  const overflow = JSON.parse(String(noisy!.attributes['json:aftergreen.overflow'])) as object
  expect(overflow).toEqual({
    ...Object.fromEntries(Array.from({ length: 22 }, (_, i) => [`noise.${i + 8}`, i + 8])),
    'quote".token': '[redacted:token]',
  })
  expect(batch.keys.size).toBeLessThan(20)

  const [other] = send({
    resource: [service('calm')],
    spans: [span([int('mine', 1), int('kept', 2)])],
  })
  expect(other!.attributes).toEqual({ 'int:mine': 1n, 'int:kept': 2n })
  expect(guard.health().limited).toMatchObject({ keysPerService: { count: 23, service: 'noisy' } })
  expect(guard.health().distinct.keys).toBe(11)

  // two hours without noise make room; what is in use stays
  now += 3_600_000
  batch.clear()
  send({ resource: [service('calm')], spans: [span([int('mine', 1)])] })
  now += 3_600_000
  batch.clear()
  send({ resource: [service('calm')], spans: [span([int('mine', 1)])] })
  expect(guard.health().distinct.keys).toBe(1)
})

test('services and names beyond the limit share one; their own are kept as attributes', () => {
  const { guard, send } = guarded({ limits: { services: 2, namesPerService: 2 } })
  const rows = ['a', 'b', 'c', 'a', 'c'].map(
    (name) =>
      send({
        resource: [service(name), text('host', 'h')],
        spans: [span([int('x', 1), text('host', 'mine')]), span([int('x', 2)])],
      }) satisfies Row[],
  )
  expect(rows.map(([row]) => row!['service'])).toEqual(['a', 'b', '(other)', 'a', '(other)'])
  for (const row of rows[2]!) {
    expect(row.attributes).toMatchObject({ 'string:service.name.original': 'c' })
  }
  const named = ['n1', 'n2', 'n3', 'n1'].map(
    (name) => send({ resource: [service('a')], spans: [span([], { name })] })[0]!,
  )
  // GET / was the first name
  expect(named.map((row) => row['name'])).toEqual(['n1', '(other)', '(other)', 'n1'])
  expect(named[1]!.attributes).toEqual({ 'string:aftergreen.original_name': 'n2' })
  // a name that another service has, too, counts for each
  const shared = ['n1', 'n3'].map(
    (name) => send({ resource: [service('b')], spans: [span([], { name })] })[0]!['name'],
  )
  expect(shared).toEqual(['n1', '(other)'])
  expect(guard.health().limited).toMatchObject({
    services: { count: 2, last: 'service.name', service: '(other)' },
    namesPerService: { count: 3, last: 'name', service: 'b' },
  })
})
