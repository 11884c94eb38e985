/**
 * SQL for the weight of a span whose trace state is in a column: the same rule as `samplingWeight` (OpenTelemetry
 * specification, "TraceState: Probability Sampling", th). 2^56 thresholds divide the interval, so the arithmetic is exact.
 */
export function samplingWeightSql(traceState: string): string {
  const threshold = `extract(extract(${traceState}, '(?:^|,)[ \\\\t]*ot=([^,]*)'), '(?:^|;)th:([0-9A-Fa-f]{1,14})[ \\\\t]*(?:;|$)')`
  const rejected = `reinterpretAsUInt64(reverse(unhex(concat('00', rightPad(${threshold}, 14, '0')))))`
  return `if(position(${traceState}, 'th:') = 0 OR ${threshold} = '', toFloat64(1), 72057594037927936 / (72057594037927936 - ${rejected}))`
}
