import type { AddressInfo, Server } from 'node:net'
import { onTestFinished } from 'vitest'
import { createOtlpGrpcServer } from '../../src/server/grpc/otlp-grpc-server.ts'
import { createOtlpHttpServer } from '../../src/server/otlp-http-server.ts'
import type { OtlpOptions } from '../../src/server/otlp-options.ts'

/** The servers of OTLP on free ports, closed when the test has finished. */
export async function otlpServers(options: OtlpOptions) {
  const http = createOtlpHttpServer(options)
  const grpc = createOtlpGrpcServer(options)
  const [url, grpcUrl] = [await listening(http), await listening(grpc.server)]
  onTestFinished(async () => {
    http.closeAllConnections()
    http.close()
    await grpc.stop(0)
  })
  return { http, grpc: grpc.server, url, grpcUrl }
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
