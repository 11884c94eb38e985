import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { reachServer } from './api.ts'

test('a question is asked again where its connection ends, an order is not', async () => {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    const isFirst = seen.filter((one) => one.includes('/api/releases')).length === 1
    if (request.method === 'POST' || (isFirst && request.url !== '/api/health')) {
      request.socket.destroy()
      return
    }
    response.end(JSON.stringify({ status: 'ok' }))
  }).listen(0, '127.0.0.1')
  try {
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const api = await reachServer(`http://127.0.0.1:${port}`, new AbortController().signal)
    expect(await api.verdict('a')).toEqual({ status: 'ok' })
    const release = { service: 'shop', version: '2' } as Parameters<typeof api.startRelease>[0]
    await expect(api.startRelease(release)).rejects.toMatchObject({ code: 'DEMO_FAILED' })
    expect(seen.filter((one) => one.startsWith('POST'))).toHaveLength(1)
  } finally {
    server.close()
  }
})
