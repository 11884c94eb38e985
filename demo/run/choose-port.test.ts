import { createServer, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { choosePort } from './choose-port.ts'

test('0 is any free port, and a free port is itself', async () => {
  const port = await choosePort(0)
  expect(port).toBeGreaterThan(0)
  expect(await choosePort(port)).toBe(port)
})

test('a taken port is said to be taken, with what to do', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await expect(choosePort(port)).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: `Port ${port} is taken or may not be used.`,
    hint: expect.stringContaining('--port 0 --otlp-port 0') as unknown,
  })
  server.close()
})
