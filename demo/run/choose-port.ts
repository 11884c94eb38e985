import { createServer, type AddressInfo } from 'node:net'
import { AftergreenError } from '../../src/errors.ts'

/** The port itself where it is free; any free one for 0. @throws PORT_IN_USE */
export async function choosePort(port: number): Promise<number> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    return (server.address() as AddressInfo).port
  } catch (cause) {
    throw new AftergreenError('PORT_IN_USE', `Port ${port} is taken or may not be used.`, {
      hint: 'Stop what listens there, or let the demo pick free ports: npm run demo -- --port 0 --otlp-port 0',
      cause,
    })
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}
