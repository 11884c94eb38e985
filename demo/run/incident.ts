import { AftergreenError } from '../../src/errors.ts'
import type {
  Incident,
  Resolution,
  ResolutionState,
} from '../../src/releases/incidents/incident.ts'
import { environmentName } from './names.ts'
import { runAftergreen } from './run-aftergreen.ts'

/** What `incident resolve` said, and when. */
export interface IncidentAnswer {
  /** Since the release began. */
  seconds: number
  exitCode: number
  state: ResolutionState
  /** Its first sentence. */
  headline: string
}

const match =
  'operation = "POST /orders" and app.card.type = "amex" and app.payment.provider = "bluecard"'

/** Runs `incident open` on the orders that fail. @returns the incident and what the command says @throws DEMO_FAILED */
export async function openDemoIncident(url: string): Promise<{ id: string; said: string }> {
  const args = ['incident', 'open', '--service', 'checkout', '--environment', environmentName]
  const ran = await runAftergreen([...args, '--match', match, '--started', '10m', '--json'], {
    folder: '.',
    environment: { AFTERGREEN_SERVER: url },
  })
  if (ran.code !== 0) {
    throw new AftergreenError('DEMO_FAILED', 'No order of the incident was seen to fail.', {
      hint: 'The machine may be too busy: close other programs and try again.',
    })
  }
  const { id } = JSON.parse(ran.out) as Incident
  return { id, said: `$ aftergreen incident open --service checkout --match '${match}'\n${id}` }
}

/** Runs `incident resolve`. @param start of the release, Unix ms @throws DEMO_FAILED */
export async function askIncident(url: string, id: string, start: number): Promise<IncidentAnswer> {
  const ran = await runAftergreen(['incident', 'resolve', id, '--json'], {
    folder: '.',
    environment: { AFTERGREEN_SERVER: url },
  })
  const { state, headline } = JSON.parse(ran.out) as Resolution
  const seconds = Math.round((Date.now() - start) / 1000)
  return { seconds, exitCode: ran.code, state, headline }
}
