import type { Incident } from '../../../src/releases/incidents/incident.ts'
import { formatCount, formatCountOf, formatShare } from '../format/number.ts'
import { Command } from './command.tsx'
import { Exemplars } from './exemplars.tsx'
import { Moment } from './moment.tsx'

/** One incident: what failed, how much of it, and whether that was shown to be over. */
export function IncidentRow({ incident, now }: { incident: Incident; now: number }) {
  const { id, service, environment, match, failing, signature, startedAt, resolvedAt } = incident
  const isOpen = resolvedAt === null
  return (
    <li className={`release-row incident-row verdict-${isOpen ? 'hold' : 'proceed'}`} id={id}>
      <p className="row-verdict">
        {isOpen ? 'Open' : 'Resolved'}
        <span className="row-phase">{isOpen ? 'not shown to be over' : 'shown to be over'}</span>
      </p>
      <div className="row-body">
        <p className="row-subject">
          <strong>{service}</strong>
          {environment !== null && environment !== '' && <span>{environment}</span>}
        </p>
        <h2 className="row-headline">{describe(signature)}</h2>
        <dl className="incident-filters">
          <div>
            <dt>Requests</dt>
            <dd>
              <code>{match}</code>
            </dd>
          </div>
          <div>
            <dt>A failure is</dt>
            <dd>
              <code>{failing}</code>
            </dd>
          </div>
        </dl>
        <Exemplars traceIds={signature.exemplars} />
        {isOpen && (
          <>
            <p>To ask whether it is over:</p>
            <Command text={`aftergreen incident resolve ${id}`} label="Copy the command" />
          </>
        )}
      </div>
      <p className="row-figures">
        <span>
          began <Moment at={startedAt} now={now} as="ago" />
        </span>
        {resolvedAt !== null && (
          <span>
            over by <Moment at={resolvedAt} now={now} as="clock" />
          </span>
        )}
      </p>
    </li>
  )
}

function describe(signature: Incident['signature']): string {
  const { exposures, failures, rate, rateAtLeast, exposuresPerMinute } = signature
  const pace = Number(exposuresPerMinute.toPrecision(2)).toLocaleString('en')
  return `${formatCount(failures)} of ${formatCountOf(exposures, 'request')} failed: ${formatShare(rate)}, at least ${formatShare(rateAtLeast)} with ${formatShare(0.95)} confidence. About ${pace} of them came each minute.`
}
