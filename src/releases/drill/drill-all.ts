import { AftergreenError } from '../../errors.ts'
import { drillService, type DrillTools } from './drill-service.ts'
import { servicesWithTraffic } from './load-slots.ts'
import type { DrillEvent, DrillReport, DrillRequest } from './self-check.ts'

/** More services than this are not drilled at once. */
const mostServices = 50

/**
 * Drills the judge on the past of one service, or of every one, the busiest first.
 * @throws DRILL_EMPTY where none has any traffic
 */
export async function drillAll(
  request: DrillRequest,
  tools: Omit<DrillTools, 'onProgress'>,
  onEvent: (event: DrillEvent) => void,
): Promise<DrillReport> {
  const { service, environment, since } = request
  const known = await servicesWithTraffic(tools.store, since, tools.now)
  const chosen = known
    .filter((each) => service === undefined || each.service === service)
    .filter((each) => environment === undefined || each.environment === environment)
    .slice(0, mostServices)
  if (chosen.length === 0) throw nothingToDrill(request, known)
  const report: DrillReport = { runs: [], skipped: [], complete: true }
  for (const each of chosen) {
    const run = await drillService(
      { service: each.service, environment: each.environment },
      request,
      { ...tools, onProgress: (progress) => onEvent({ progress }) },
    )
    if (run.placebos.runs + run.drills.planted > 0) {
      report.runs.push(run)
      onEvent({ run })
    } else if (run.complete) {
      report.skipped.push({
        service: run.service,
        environment: run.environment,
        why: run.gaps.join(' '),
      })
    }
    if (!run.complete) {
      report.complete = false
      break
    }
  }
  return report
}

function nothingToDrill(
  { service, environment, since }: DrillRequest,
  known: readonly { service: string; environment: string }[],
): AftergreenError {
  const who = service ?? 'any service'
  const where = environment === undefined ? '' : ` in ${environment || '(no environment)'}`
  const names = [...new Set(known.map((each) => each.service))].slice(0, 8).join(', ')
  return new AftergreenError(
    'DRILL_EMPTY',
    `There is no traffic of ${who}${where} since ${new Date(since).toISOString()}.`,
    { hint: names === '' ? 'Send or import telemetry first.' : `Services seen: ${names}.` },
  )
}
