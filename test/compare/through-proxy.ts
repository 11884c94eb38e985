import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A way to a server on which is seen when it has answered a text. */
export async function throughProxy(
  target: string,
  text: string,
): Promise<{ url: string; seen: Promise<void> }> {
  let tell = (): void => {}
  const seen = new Promise<void>((resolve) => (tell = resolve))
  const proxy = createServer((incoming, outgoing) => {
    const { method, headers, url = '/' } = incoming
    const onward = request(new URL(url, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.on('data', (chunk: Buffer) => {
        outgoing.write(chunk)
        if (chunk.toString().includes(text)) tell()
      })
      answer.on('end', () => outgoing.end())
    })
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, seen }
}
