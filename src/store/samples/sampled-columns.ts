import type { AttributeType } from '../../otlp/attribute-type.ts'

/** What the detectors and the judge ask of all spans of a service, beside their attributes. */
export const sampledColumns: readonly string[] = [
  'time',
  'duration',
  'trace_id',
  'trace_bucket',
  'span_id',
  'parent_span_id',
  'name',
  'kind',
  'status',
  'service',
  'service_version',
  'environment',
  'event_name',
]

/** The attributes that they ask for: where a call goes, and what says that something failed. */
export const sampledKeys: readonly (readonly [key: string, type: AttributeType])[] = [
  ['error.type', 'string'],
  ['exception.type', 'string'],
  ['url.path', 'string'],
  ['url.full', 'string'],
  ['http.target', 'string'],
  ['server.address', 'string'],
  ['server.port', 'int'],
  ['network.peer.address', 'string'],
  ['network.peer.port', 'int'],
  ['net.peer.name', 'string'],
  ['net.peer.port', 'int'],
  ['peer.service', 'string'],
  ['db.system.name', 'string'],
  ['db.system', 'string'],
]

/** All that attributes are read from: where a span comes from, the columns of promoted keys, and the maps of the others. */
export const wholeColumns: readonly string[] = [
  ...sampledColumns.filter((column) => column !== 'event_name'),
  'service_instance',
  "COLUMNS('^attr(_|ibutes_(string|int|double|bool)$)')",
]
