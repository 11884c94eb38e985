import { compressionCases } from './cases/compression.ts'
import { dataCases } from './cases/data.ts'
import { errorCases } from './cases/errors.ts'
import { grpcErrorCases } from './cases/grpc-errors.ts'
import { grpcCases } from './cases/grpc.ts'
import { jsonCases } from './cases/json.ts'
import { limitCases } from './cases/limits.ts'
import { metricDataCases } from './cases/metric-data.ts'
import { partialSuccessCases } from './cases/partial-success.ts'
import { protobufCases } from './cases/protobuf.ts'
import { responseCases } from './cases/responses.ts'
import { retryCases } from './cases/retries.ts'
import { transportCases } from './cases/transport.ts'
import type { ConformanceCase } from './conformance-case.ts'

/** Every case, in the order in which they run: those that strain a server come last. */
export const allCases: readonly ConformanceCase[] = [
  ...transportCases,
  ...compressionCases,
  ...responseCases,
  ...protobufCases,
  ...jsonCases,
  ...dataCases,
  ...metricDataCases,
  ...errorCases,
  ...partialSuccessCases,
  ...grpcCases,
  ...grpcErrorCases,
  ...retryCases,
  ...limitCases,
]
