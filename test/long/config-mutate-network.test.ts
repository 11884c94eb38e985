/** Mutated runs reach nothing outside of themselves. */
import { mkdtemp, rm } from 'node:fs/promises'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { networkOff } from '../../src/config/mutate/network-off.ts'
import { plant } from '../config-coverage/planted-shop.ts'
import type { MutateAnswer } from '../config-mutate/planted-till.ts'
import { canary, nodeTests, runMutate } from '../config-mutate/planted-till.ts'

let folder: string
let canSwitchOff: boolean

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-mutate-network-'))
  canSwitchOff = (await networkOff(process.env)).off
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

it('gives mutated runs no network, and says so', async () => {
  let visits = 0
  const server = createServer((socket) => {
    visits += 1
    socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const root = await plant(join(folder, 'online'), {
    'package.json': '{"type":"module"}',
    '.env.production': `PAY_MODE=${canary}\n`,
    'test/net.test.js': `
      import { connect } from 'node:net'
      import { test } from 'node:test'
      import { mode } from '../src/mode.js'
      test('net', (t, done) => {
        mode()
        const socket = connect(Number(process.env.OUTSIDE), '127.0.0.1')
        socket.on('error', () => {}).on('close', () => done()).on('connect', () => socket.end())
      })`,
    'src/mode.js': 'export const mode = () => process.env.PAY_MODE',
  })
  const run = (...flags: string[]) =>
    runMutate([root, '--json', '--no-cache', '--operators', 'unset', ...flags], nodeTests, {
      OUTSIDE: String(port),
    })
  try {
    const off = await run()
    expect(visits).toBe(0)
    // where the system cannot, nothing is run with values of production
    const said = canSwitchOff
      ? { code: 1, text: '"networkOff": true' }
      : { code: 64, text: 'The network cannot be switched off' }
    expect(off.code).toBe(said.code)
    expect(off.out + off.err).toContain(said.text)
    const on = await run('--network')
    expect(visits).toBeGreaterThan(0)
    expect((JSON.parse(on.out) as MutateAnswer).networkOff).toBe(false)
  } finally {
    server.close()
  }
})
