import { Client, compressionAlgorithms, credentials, Metadata } from '@grpc/grpc-js'
import type { ServiceError } from '@grpc/grpc-js'

export interface GrpcRequest {
  /** Such as /opentelemetry.proto.collector.trace.v1.TraceService/Export. */
  path: string
  message: Buffer
  gzip?: boolean
  /** How many calls of this one are made at once, over one connection. */
  times?: number
}

export interface GrpcAnswer {
  /** 0 is OK: grpc/grpc doc/statuscodes.md. */
  code: number
  details: string
  message: Buffer | undefined
  /** The bytes of grpc-status-details-bin. */
  statusDetails: Buffer | undefined
  /** Codes of all calls, where several were made. */
  codes: readonly number[]
}

const identity = (bytes: Buffer): Buffer => bytes

/** Makes a call with the bytes of a message as they are. */
export async function callGrpc(
  request: GrpcRequest,
  url: URL,
  headers: Readonly<Record<string, string>>,
  timeout: number,
): Promise<GrpcAnswer> {
  const isSecure = url.protocol === 'https:'
  const client = new Client(
    url.host,
    isSecure ? credentials.createSsl() : credentials.createInsecure(),
    request.gzip === true
      ? { 'grpc.default_compression_algorithm': compressionAlgorithms.gzip }
      : {},
  )
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
  try {
    const calls = Array.from({ length: request.times ?? 1 }, () =>
      oneCall(client, request, metadata, timeout),
    )
    const answers = await Promise.all(calls)
    const worst = answers.find(({ code }) => code !== 0) ?? answers[0]!
    return { ...worst, codes: answers.map(({ code }) => code) }
  } finally {
    client.close()
  }
}

async function oneCall(
  client: Client,
  { path, message }: GrpcRequest,
  metadata: Metadata,
  timeout: number,
): Promise<Omit<GrpcAnswer, 'codes'>> {
  return await new Promise((resolve) => {
    const options = { deadline: Date.now() + timeout }
    const done = (error: ServiceError | null, answer?: Buffer): void => {
      const [bin] = error?.metadata.get('grpc-status-details-bin') ?? []
      resolve({
        code: error?.code ?? 0,
        details: error?.details ?? '',
        message: answer,
        statusDetails: Buffer.isBuffer(bin) ? bin : undefined,
      })
    }
    client.makeUnaryRequest(path, identity, identity, message, metadata, options, done)
  })
}

/** Whether there is anything at the address. */
export async function isReachable(url: URL, timeout: number): Promise<boolean> {
  const isSecure = url.protocol === 'https:'
  const client = new Client(
    url.host,
    isSecure ? credentials.createSsl() : credentials.createInsecure(),
  )
  try {
    return await new Promise((resolve) => {
      client.waitForReady(Date.now() + timeout, (error) => resolve(error === undefined))
    })
  } finally {
    client.close()
  }
}
