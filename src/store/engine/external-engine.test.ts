import { expect, test } from 'vitest'
import { serverAddress } from './external-engine.ts'

test('an address is taken apart', () => {
  expect(serverAddress('https://a%40b:p%2Fw@ch.example:8443/my_events')).toEqual({
    url: 'https://ch.example:8443',
    urls: ['https://ch.example:8443'],
    username: 'a@b',
    password: 'p/w',
    database: 'my_events',
  })
  expect(serverAddress('http://127.0.0.1:8123')).toEqual({
    url: 'http://127.0.0.1:8123',
    urls: ['http://127.0.0.1:8123'],
    username: 'default',
    password: '',
    database: undefined,
  })
})

test('an address may name several servers', () => {
  expect(serverAddress('https://user:a:b@h1:8443,h2,[::1]:8443/db/?x=1')).toEqual({
    url: 'https://h1:8443',
    urls: ['https://h1:8443', 'https://h2', 'https://[::1]:8443'],
    username: 'user',
    password: 'a:b',
    database: 'db',
  })
})

test.each([
  'ch.example:8443',
  'tcp://u:secret@ch.example',
  'https://u:secret@:bad:',
  'https://u:secret@h1:8443,,h2',
  'https://u:secret@h1:8443,h2:99999',
  'https://u:secret@h1 h2',
  'https://u:secret@h1/%zz',
  'https://u:%zzsecret@h1',
])('%s is refused without repeating it', (text) => {
  expect(() => serverAddress(text)).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      message: 'AFTERGREEN_CLICKHOUSE_URL is not an http or https address.',
    }),
  )
})
