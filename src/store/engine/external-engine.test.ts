import { expect, test } from 'vitest'
import { serverAddress } from './external-engine.ts'

test('an address is taken apart', () => {
  expect(serverAddress('https://a%40b:p%2Fw@ch.example:8443/my_events')).toEqual({
    url: 'https://ch.example:8443',
    username: 'a@b',
    password: 'p/w',
    database: 'my_events',
  })
  expect(serverAddress('http://127.0.0.1:8123')).toEqual({
    url: 'http://127.0.0.1:8123',
    username: 'default',
    password: '',
    database: undefined,
  })
})

test.each(['ch.example:8443', 'tcp://u:secret@ch.example', 'https://u:secret@:bad:'])(
  '%s is refused without repeating it',
  (text) => {
    expect(() => serverAddress(text)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: 'AFTERGREEN_CLICKHOUSE_URL is not an http or https address.',
      }),
    )
  },
)
