import type { ReactNode } from 'react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Resolution, ResolutionState } from '../../../src/releases/incidents/incident.ts'
import type { Verdict } from '../../../src/releases/verdict.ts'
import { releaseIncidentQuery } from '../api/queries.ts'
import { keepUnits } from '../format/keep-units.ts'
import { formatCount, formatShare } from '../format/number.ts'
import { Command } from './command.tsx'
import { Moment } from './moment.tsx'
import { Section } from './section.tsx'

const stateWords: Record<ResolutionState, string> = {
  resolved: 'Resolved',
  'not-yet': 'Not yet resolved',
  'not-exercised': 'Not exercised',
}

/** The incident that the release is to fix, and whether requests of the release show that it is over. */
export function IncidentFixed({ verdict, now }: { verdict: Verdict; now: number }) {
  const { release, incident } = verdict
  if (incident === undefined) {
    if (release.reason !== 'incident-fix') return null
    return (
      <Section id="incident" title="Incident" note="Whether what it is to fix is over.">
        <p>
          It is started to fix an incident and names none, so nobody can say whether that is over.
          Record it, and start the next fix with its id:
        </p>
        <Command
          text="aftergreen incident open --service SERVICE --match 'FILTER'"
          label="Copy the command"
        />
      </Section>
    )
  }
  return <Known id={release.id} incident={incident} now={now} />
}

interface KnownProps {
  id: string
  incident: NonNullable<Verdict['incident']>
  now: number
}

function Known({ id, incident, now }: KnownProps) {
  const { data, isError } = useQuery(releaseIncidentQuery(id))
  const resolution = data?.resolution ?? null
  return (
    <Section id="incident" title="Incident" note="Whether what it is to fix is over.">
      <p>
        It is to fix{' '}
        <Link to="/incidents" hash={incident.id}>
          {incident.id}
        </Link>
        : requests where <code>{incident.match}</code> failed.
      </p>
      {resolution !== null ? (
        <Answer resolution={resolution} />
      ) : (
        <p className="quiet" role="status">
          {data === undefined && !isError
            ? 'Counting its requests…'
            : 'Whether it is over cannot be told now.'}
        </p>
      )}
      {incident.resolvedAt === null ? (
        resolution?.state === 'resolved' && (
          <>
            <p>Nobody has recorded that yet. To keep it with the incident:</p>
            <Command text={`aftergreen incident resolve ${incident.id}`} label="Copy the command" />
          </>
        )
      ) : (
        <p className="quiet">
          Recorded as over at <Moment at={incident.resolvedAt} now={now} as="clock" />.
        </p>
      )}
    </Section>
  )
}

function Answer({ resolution }: { resolution: Resolution }) {
  const { state, exposures, failures, needs, unlike, version, evidence, incident } = resolution
  const tone = state === 'resolved' ? 'proceed' : 'hold'
  return (
    <div className={`incident-state verdict-${tone}`}>
      <p className="incident-answer">{stateWords[state]}</p>
      <dl className="incident-counts">
        <Count name="Matching requests since then">
          {formatCount(exposures)}
          {version !== null && ` of ${version}`}
        </Count>
        <Count name="Of them failed">
          {formatCount(failures)}
          {exposures > 0 && `: ${formatShare(failures / exposures)}`}, against{' '}
          {formatShare(incident.signature.rate)} in the incident
        </Count>
        <Count name="Still needed without a failure">
          {needs === 0 ? 'none' : formatCount(needs)}
        </Count>
      </dl>
      <p className="quiet">
        {keepUnits(
          `It counts as broken while ${formatShare(evidence.brokenRate)} of them or more fail; what is still broken is called resolved with probability at most ${formatShare(1 / evidence.bound)}, however often somebody looks.`,
        )}
      </p>
      {unlike.map((sentence) => (
        <p key={sentence}>{keepUnits(sentence)}</p>
      ))}
    </div>
  )
}

function Count({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
