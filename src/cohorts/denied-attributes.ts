/**
 * Names that never name a cohort, `*` standing for anything: a cohort says *who* was affected, these say *what happened*
 * or how the telemetry came about. Names follow the OpenTelemetry semantic conventions and their predecessors.
 */
export const deniedAttributes: readonly string[] = [
  // outcomes
  'http.response.*',
  'rpc.response.*',
  'db.response.*',
  '*status*',
  'error',
  'error.*',
  '*.error',
  '*.error.*',
  'exception.*',
  '*outcome*',
  '*duration*',
  '*latency*',
  'http.request.resend_count',
  // how the telemetry came about
  'otel.*',
  'telemetry.*',
  'code.*',
  'thread.*',
  'trace.*',
  'span.*',
  // which copy of the software: differs between the sides by construction
  'process.*',
  'host.id',
  'service.instance.id',
  'service.version',
  'container.id',
  'container.name',
  'k8s.pod.*',
  'faas.instance',
  // one request or one connection
  'session.id',
  '*request.id',
  '*request_id',
  '*correlation_id',
  'faas.invocation_id',
  'client.port',
  'client.address',
  'http.client_ip',
  'network.peer.*',
  'network.local.*',
  'net.peer.*',
  'net.sock.*',
  'url.full',
  'url.query',
  'http.url',
  'http.target',
  'user_agent.original',
  'http.user_agent',
]

/** Whether one of the patterns matches the whole name; case matters. */
export function matchesAny(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matches(name, pattern))
}

function matches(name: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return name === pattern
  if (!name.startsWith(first)) return false
  const last = rest.pop()!
  let at = first.length
  for (const part of rest) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return name.length - last.length >= at && name.endsWith(last)
}
