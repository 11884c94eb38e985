import { ProtobufWriter } from './protobuf-writer.ts'
import type { GaugePoint } from './simulate-memory.ts'
import type { Instance, SimulatedSpan } from './simulate-traffic.ts'

type Attributes = Readonly<Record<string, string | number>>

const spanKind = { server: 2, client: 3 } as const
const errorStatus = 2
/** The numbers of the first repeated field of ExportTraceServiceRequest, ResourceSpans, ... */
const resources = 1

/** Spans as a body of `POST /v1/traces` (opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest). */
export function writeTraces(
  environment: string,
  spans: readonly SimulatedSpan[],
): Buffer<ArrayBuffer> {
  const out = new ProtobufWriter()
  for (const each of byOrigin(spans)) {
    out.message(resources, () => {
      writeResource(out, environment, each[0]!.origin)
      out.message(2, () => {
        out.message(1, () => out.text(1, 'aftergreen drill'))
        for (const span of each) out.message(2, () => writeSpan(out, span))
      })
    })
  }
  return out.finish()
}

/** Gauges as a body of `POST /v1/metrics` (opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest). */
export function writeGauges(
  environment: string,
  name: string,
  unit: string,
  points: readonly GaugePoint[],
): Buffer<ArrayBuffer> {
  const out = new ProtobufWriter()
  for (const each of byOrigin(points)) {
    out.message(resources, () => {
      writeResource(out, environment, each[0]!.origin)
      out.message(2, () => {
        out.message(1, () => out.text(1, 'aftergreen drill'))
        out.message(2, () => {
          out.text(1, name)
          out.text(3, unit)
          out.message(5, () => {
            for (const { start, at, value } of each) {
              out.message(1, () => {
                out.fixed64(2, nanos(start))
                out.fixed64(3, nanos(at))
                out.double(4, value)
              })
            }
          })
        })
      })
    })
  }
  return out.finish()
}

function byOrigin<T extends { origin: Instance }>(items: readonly T[]): T[][] {
  return [...Map.groupBy(items, ({ origin }) => origin.instance).values()]
}

function writeResource(
  out: ProtobufWriter,
  environment: string,
  { service, version, instance }: Instance,
): void {
  out.message(1, () =>
    writeAttributes(out, 1, {
      'service.name': service,
      'service.version': version,
      'service.instance.id': instance,
      'deployment.environment.name': environment,
    }),
  )
}

function writeSpan(out: ProtobufWriter, span: SimulatedSpan): void {
  out.hex(1, span.traceId)
  out.hex(2, span.spanId)
  if (span.parentId !== '') out.hex(4, span.parentId)
  out.text(5, span.name)
  out.varint(6, spanKind[span.kind])
  out.fixed64(7, nanos(span.start))
  out.fixed64(8, nanos(span.start + span.millis))
  writeAttributes(out, 9, span.attributes)
  if (span.failed) out.message(15, () => out.varint(3, errorStatus))
}

function writeAttributes(out: ProtobufWriter, field: number, attributes: Attributes): void {
  for (const [key, value] of Object.entries(attributes)) {
    out.message(field, () => {
      out.text(1, key)
      out.message(2, () => {
        if (typeof value === 'string') out.text(1, value)
        else out.varint(3, value)
      })
    })
  }
}

/** A time in ms since 1970, to the microsecond. */
const nanos = (millis: number): bigint => BigInt(Math.round(millis * 1000)) * 1000n
