/** A small server that tells what it took as its configuration on its admin port. */
import { createServer } from 'node:http'

import { createConfigReporter } from '../../src/config/drift/config-reporter.ts'

const reporter = createConfigReporter({
  component: 'api',
  keys: ['PAYMENT_PROVIDER', 'PAYMENT_SECRET_KEY', 'POOL_SIZE', 'API_URL', 'BANNER'],
  prefixes: ['PAYMENT_'],
  defaults: { POOL_SIZE: '10' },
})
const server = createServer((request, response) => reporter.handle(request, response))
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${server.address().port}\n`)
})
process.stdin.on('end', () => process.exit()).resume()
