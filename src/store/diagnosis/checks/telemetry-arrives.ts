import { signals } from '../../../signal.ts'
import { type Diagnosis, fine, wrong } from '../diagnosis.ts'
import type { Figures } from '../figures.ts'

/** Does anything arrive at all? */
export function telemetryArrives({ rates, engine }: Figures): Diagnosis[] {
  if (rates === null) return []
  const rows = signals.reduce((sum, signal) => sum + rates[signal].hour, 0)
  if (rates.traces.hour > 0) return [fine('telemetry', 'Telemetry arrives.')]
  if (rows > 0) {
    return [
      wrong(
        'telemetry',
        'No span arrived within the last hour, only logs or metrics.',
        'Releases are judged by spans: let the services send traces to the same address.',
      ),
    ]
  }
  const ever = signals.some((signal) => (engine?.tables[signal].rows ?? 0) > 0)
  return [
    wrong(
      'telemetry',
      ever ? 'Nothing arrived within the last hour.' : 'No telemetry has ever arrived here.',
      'Set OTEL_EXPORTER_OTLP_ENDPOINT of the services to the OTLP address that "aftergreen serve" prints.',
    ),
  ]
}
