import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { runCommand } from '../cli/run-command.ts'
import { startServe } from '../cli/start-serve.ts'
import type { Serving } from '../cli/start-serve.ts'

const folders: string[] = []
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'aftergreen-serve-'))
  folders.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

describe('beside a server that runs', () => {
  let server: Serving
  let data: string
  beforeAll(async () => {
    data = newFolder()
    server = await startServe(data)
  })
  afterAll(async () => {
    server.child.kill('SIGKILL')
    await server.ended
  })

  it('keeps a second process from its data, and names itself', async () => {
    const ports = ['--port', '0', '--otlp-port', '0', '--grpc-port', '0']
    const second = await runCommand(['serve', '--data', data, ...ports])
    expect(second.code).toBe(70)
    expect(second.err).toContain(`process ${server.child.pid}`)
  })

  it.each([
    ['--port', () => server.url],
    ['--otlp-port', () => server.otlpUrl],
    ['--grpc-port', () => server.grpcUrl],
  ] as const)('says that a port is taken, and that %s chooses another', async (flag, url) => {
    const taken = new URL(url()).port
    const ports = { '--port': '0', '--otlp-port': '0', '--grpc-port': '0', [flag]: taken }
    const second = await runCommand([
      'serve',
      '--data',
      newFolder(),
      ...Object.entries(ports).flat(),
    ])
    expect(second.code).toBe(70)
    expect(second.err).toContain(`Port ${taken} on 127.0.0.1 is already in use.`)
    expect(second.err).toContain(`another port with ${flag} `)
  })
})

describe('the end of a server', () => {
  let server: Serving
  afterEach(() => void server.child.kill('SIGKILL'))

  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it with 0 within seconds, even with a connection open',
    async (signal) => {
      server = await startServe(newFolder())
      const open = request(`${server.url}/api/health`, {
        headers: { connection: 'keep-alive' },
      }).end()
      open.on('error', () => undefined)
      await new Promise((resolve) =>
        open.on('response', (response) => response.resume().on('end', resolve)),
      )
      const began = performance.now()
      server.child.kill(signal)
      const { code } = await server.ended
      expect(code).toBe(0)
      expect(performance.now() - began).toBeLessThan(8000)
    },
  )

  it('--until-stdin-ends ends with the program that started it', async () => {
    server = await startServe(newFolder(), ['--until-stdin-ends'])
    server.child.stdin.end()
    expect((await server.ended).code).toBe(0)
  })
})

describe('a server that cannot start', () => {
  it('needs a token for other machines, and a token that is one', async () => {
    const open = await runCommand([
      'serve',
      '--listen',
      '0.0.0.0',
      '--port',
      '0',
      '--otlp-port',
      '0',
    ])
    expect(open).toMatchObject({ code: 64, err: expect.stringContaining('AFTERGREEN_TOKEN') })
    const short = await runCommand(['serve', '--port', '0', '--otlp-port', '0'], {
      AFTERGREEN_TOKEN: 'short',
    })
    expect(short).toMatchObject({ code: 64, err: expect.stringContaining('too short') })
    expect(short.err).not.toContain('"short"')
  })

  it('says that an address is not of this machine', async () => {
    const env = { AFTERGREEN_TOKEN: 'correct-horse-battery' }
    const away = await runCommand(
      ['serve', '--listen', '192.0.2.1', '--port', '0', '--data', newFolder()],
      env,
    )
    expect(away).toMatchObject({
      code: 70,
      err: expect.stringContaining('Cannot listen on 192.0.2.1'),
    })
  })
})
