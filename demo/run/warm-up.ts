import http from 'node:http'
import { randomBytes } from 'node:crypto'
import { encodeSession, sessionHeader } from '../shop/lib/session.ts'

/**
 * Sends the same requests straight to every port, so that no version starts cold. They carry a trace context that says
 * "not sampled": no service records a span of them.
 */
export async function warmUp(ports: readonly number[], requestsEach: number): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 })
  const paths = ['/shipping-options', '/cart', '/shipping-options', '/cart/items', '/orders']
  // several at a time: an order takes long, and not because it is work
  const batch = Array.from({ length: 6 }, () => paths).flat()
  try {
    await Promise.all(
      ports.map(async (port) => {
        for (let sent = 0; sent < requestsEach; sent += batch.length) {
          await Promise.all(batch.map((path, index) => send(agent, port, path, sent + index)))
        }
      }),
    )
  } finally {
    agent.destroy()
  }
}

function send(agent: http.Agent, port: number, path: string, number: number): Promise<void> {
  const method = path === '/cart/items' || path === '/orders' ? 'POST' : 'GET'
  const body = path === '/cart/items' ? '{"sku":"p1"}' : ''
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method,
        path,
        headers: {
          traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`,
          'x-request-id': `warm-up.${number}`,
          'content-length': body.length,
          [sessionHeader]: encodeSession({
            id: `warm-up-${number}`,
            userId: 'warm-up',
            locale: 'en-US',
            country: 'US',
            accountAgeDays: 400,
            plan: 'free',
            device: 'desktop',
            cartSize: 1,
            cardType: 'visa',
            provider: number % 2 === 0 ? 'northpay' : 'bluecard',
            newSearch: 'off',
            recommendations: 'control',
          }),
        },
      },
      (response) => {
        response.resume()
        response.on('end', resolve)
        response.on('error', reject)
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}
