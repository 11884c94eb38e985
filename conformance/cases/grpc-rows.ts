import type { FramesRequest } from '../clients/grpc-frames.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { requestBytes, simple } from '../payloads.ts'
import { grpcPath } from '../requests.ts'

export type GrpcRow = Omit<ConformanceCase, 'id' | 'needs'> & { name: string }

export const grpcCasesOf = (rows: readonly GrpcRow[]): readonly ConformanceCase[] =>
  rows.map(({ name, ...row }) => ({ id: `grpc/${name}`, needs: ['grpc'], ...row }))

/** The bytes of the simplest request of traces. */
export const message = (): Buffer => requestBytes('traces', simple.traces(), 'protobuf')

/** A call made by hand. */
export const frames = (data: readonly Buffer[], headers = {}): FramesRequest => ({
  path: grpcPath('traces'),
  data,
  headers,
})
