import { describe, expect, it } from 'vitest'

import { isLoopback, refusal } from './admission.ts'

const open = { loopback: true, token: undefined }
const token = 'a-token-of-some-length'

describe('a server on loopback', () => {
  it.each([
    '127.0.0.1:4319',
    'localhost',
    'LOCALHOST:1',
    '[::1]:4319',
    '127.8.9.1',
    'app.localhost:80',
  ])('answers to %s', (host) => {
    expect(refusal({ host }, open)).toBeNull()
  })

  it.each([
    undefined,
    '',
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example:4319',
    'evil.example#@127.0.0.1',
    'user@127.0.0.1',
    '10.0.0.1',
    '0.0.0.0',
    '127.0.0.1/x',
  ])('refuses the host %s', (host) => {
    const error = refusal(host === undefined ? {} : { host }, open)
    expect(error?.code).toBe('FORBIDDEN_HOST')
    expect(error?.httpStatus).toBe(403)
  })
})

describe('a server with a token', () => {
  const rules = { loopback: false, token }

  it.each([`Bearer ${token}`, `bearer ${token}`, basic(`anyone:${token}`)])(
    'takes %s',
    (authorization) => {
      expect(refusal({ authorization, host: 'anything.example' }, rules)).toBeNull()
    },
  )

  it.each([
    undefined,
    '',
    token,
    'Bearer',
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    `Bearer x ${token}`,
    basic(token),
    basic(`${token}:`),
    'Basic ====',
  ])('refuses %s, and does not tell the token', (authorization) => {
    const error = refusal(authorization === undefined ? {} : { authorization }, rules)
    expect(error?.code).toBe('UNAUTHORIZED')
    expect(`${error?.message}${error?.hint}`).not.toContain(token)
  })

  it('still asks for the host on loopback', () => {
    const headers = { host: 'evil.example', authorization: `Bearer ${token}` }
    expect(refusal(headers, { loopback: true, token })?.code).toBe('FORBIDDEN_HOST')
  })
})

it('knows which addresses only this machine reaches', () => {
  const loopback = ['127.0.0.1', '127.1.2.3', '::1', '[::1]', 'localhost']
  const open = [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    'example.com',
    '1270.0.0.1',
    'localhost.example.com',
    '',
  ]
  expect(loopback.filter((address) => !isLoopback(address))).toEqual([])
  expect(open.filter(isLoopback)).toEqual([])
})

function basic(pair: string): string {
  return `Basic ${Buffer.from(pair).toString('base64')}`
}
