import { createServer, request as httpRequest } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { ColumnBatch } from '../../otlp/column-batch.ts'
import { otlpHttpHandler } from '../otlp-http.ts'
import type { OtlpOptions } from '../otlp-options.ts'

/** Options of a receiver over a batch in memory, and what it took. */
export function receivedInto(options: Partial<OtlpOptions>) {
  const batch = new ColumnBatch('traces')
  const hashes: string[] = []
  const errors: unknown[] = []
  const all: OtlpOptions = {
    ingest: async (_signal, hash, rows) => {
      hashes.push(hash)
      return { outcome: rows(batch), duplicate: false }
    },
    onError: (error) => errors.push(error),
    ...options,
  }
  return { all, batch, hashes, errors }
}

/** The receiver over a batch in memory, and a way to send to it; ends with the test. */
export async function receiver(options: Partial<OtlpOptions> = {}) {
  const { all, batch, hashes, errors } = receivedInto(options)
  const server = createServer(otlpHttpHandler(all))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const send = async (
    body: Uint8Array | string,
    headers: Record<string, string> = { 'content-type': 'application/x-protobuf' },
    { path = '/v1/traces', method = 'POST' } = {},
  ): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> =>
    await new Promise((resolve, reject) => {
      const request = httpRequest({ port, path, method, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        )
      })
      request.on('error', reject)
      request.end(body)
    })
  return { all, batch, hashes, errors, port, send }
}
