/** What a case cites. */
export interface Section {
  document: string
  heading: string
  url: string
}

const proto = 'https://github.com/open-telemetry/opentelemetry-proto/blob/v1.11.0'

/** Headings of docs/specification.md; those that occur twice are told apart by what they lie under. */
const otlpAnchors = {
  'Protocol Details': 'protocol-details',
  'OTLP/gRPC Request': 'otlpgrpc-request',
  'OTLP/gRPC Concurrent Requests': 'otlpgrpc-concurrent-requests',
  'OTLP/gRPC Response': 'otlpgrpc-response',
  'OTLP/gRPC Response: Full Success': 'full-success',
  'OTLP/gRPC Response: Partial Success': 'partial-success',
  'OTLP/gRPC Response: Failures': 'failures',
  'OTLP/gRPC Throttling': 'otlpgrpc-throttling',
  'OTLP/gRPC Service and Protobuf Definitions': 'otlpgrpc-service-and-protobuf-definitions',
  'Binary Protobuf Encoding': 'binary-protobuf-encoding',
  'JSON Protobuf Encoding': 'json-protobuf-encoding',
  'OTLP/HTTP Request': 'otlphttp-request',
  'OTLP/HTTP Response': 'otlphttp-response',
  'OTLP/HTTP Response: Full Success': 'full-success-1',
  'OTLP/HTTP Response: Partial Success': 'partial-success-1',
  'OTLP/HTTP Response: Failures': 'failures-1',
  'Retryable Response Codes': 'retryable-response-codes',
  'Bad Data': 'bad-data',
  'OTLP/HTTP Throttling': 'otlphttp-throttling',
  'All Other Responses': 'all-other-responses',
  'OTLP/HTTP Connection': 'otlphttp-connection',
  'OTLP/HTTP Concurrent Requests': 'otlphttp-concurrent-requests',
  'Empty Telemetry Envelopes': 'empty-telemetry-envelopes',
  'Duplicate Data': 'duplicate-data',
  'Future Versions and Interoperability': 'future-versions-and-interoperability',
} as const

/** The OTLP specification. */
export const otlp = (heading: keyof typeof otlpAnchors): Section => ({
  document: 'OTLP specification 1.11.0',
  heading,
  url: `${proto}/docs/specification.md#${otlpAnchors[heading]}`,
})

/** The comment of a message of opentelemetry-proto. */
export const schema = (
  file: 'common' | 'resource' | 'trace' | 'logs' | 'metrics',
  message: string,
): Section => ({
  document: `opentelemetry-proto 1.11.0, ${file}.proto`,
  heading: message,
  url: `${proto}/opentelemetry/proto/${file}/v1/${file}.proto`,
})

const rfc =
  (number: number, title: string) =>
  (section: string): Section => ({
    document: `RFC ${number}, ${title}`,
    heading: `section ${section}`,
    url: `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}`,
  })

export const http = rfc(9110, 'HTTP Semantics')
export const http1 = rfc(9112, 'HTTP/1.1')
export const gzipFormat = rfc(1952, 'GZIP file format')

const grpcDocuments = 'https://github.com/grpc/grpc/blob/master/doc'
const anchorOf = (heading: string): string => heading.toLowerCase().replaceAll(' ', '-')

/** The protocol of gRPC. */
export const grpc = (heading: 'Requests' | 'Responses' | 'Data Frames'): Section => ({
  document: 'gRPC over HTTP2',
  heading,
  url: `${grpcDocuments}/PROTOCOL-HTTP2.md#${anchorOf(heading)}`,
})

export const grpcCompression = (
  heading: 'Compression Method Asymmetry Between Peers' | 'Test cases',
): Section => ({
  document: 'gRPC Compression',
  heading,
  url: `${grpcDocuments}/compression.md#${anchorOf(heading)}`,
})

export const methodNotFound: Section = {
  document: 'Status codes and their use in gRPC',
  heading: 'Method not found on server',
  url: `${grpcDocuments}/statuscodes.md`,
}

/** The wire format of protobuf. */
export const protobuf = (
  heading: 'Message Structure' | 'Last One Wins' | 'Packed Repeated Fields' | 'Field Order',
): Section => ({
  document: 'Protocol Buffers, Encoding',
  heading,
  url: `https://protobuf.dev/programming-guides/encoding/#${anchors[heading]}`,
})

const anchors = {
  'Message Structure': 'structure',
  'Last One Wins': 'last-one-wins',
  'Packed Repeated Fields': 'packed',
  'Field Order': 'order',
} as const

/** The JSON form of protobuf. */
export const protoJson: Section = {
  document: 'Protocol Buffers, ProtoJSON Format',
  heading: 'Representation of each type',
  url: 'https://protobuf.dev/programming-guides/json/#field-representation',
}
