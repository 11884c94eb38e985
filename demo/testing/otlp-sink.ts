import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

/** A receiver of OTLP over HTTP that keeps the bodies it gets. */
export interface OtlpSink {
  endpoint: string
  /** Bodies by path (`/v1/traces`, `/v1/logs`, `/v1/metrics`). */
  bodies: Map<string, Uint8Array[]>
  close(): void
}

export async function openOtlpSink(): Promise<OtlpSink> {
  const bodies = new Map<string, Uint8Array[]>()
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const bytes = Buffer.concat(chunks)
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
      const path = request.url ?? ''
      bodies.set(path, [...(bodies.get(path) ?? []), body])
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
