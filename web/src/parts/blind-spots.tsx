import type { BlindSpot } from '../../../src/releases/verdict.ts'
import { keepUnits } from '../format/keep-units.ts'
import { formatCountOf, formatRatio } from '../format/number.ts'
import { formatClock } from '../format/time.ts'
import { blindSpotWord } from '../format/words.ts'
import { Section } from './section.tsx'

/** What could not have been seen, whatever the findings say. */
export function BlindSpots({ spots, now }: { spots: BlindSpot[]; now: number }) {
  return (
    <Section
      id="blind-spots"
      title={spots.length === 0 ? 'Blind spots' : formatCountOf(spots.length, 'blind spot')}
      note="What could not have been seen."
    >
      {spots.length === 0 ? (
        <p>None is known. That is not the same as none.</p>
      ) : (
        <ul className="blind-spots">
          {spots.map((spot) => (
            <li key={spot.id ?? `${spot.kind} ${spot.title}`}>
              <p className="blind-kind">
                {blindSpotWord[spot.kind]}
                {spot.id !== undefined && (
                  <>
                    {' · '}
                    <code>{spot.id}</code>
                  </>
                )}
              </p>
              <h3>{keepUnits(spot.title)}</h3>
              {spot.detail !== '' && <p>{keepUnits(spot.detail)}</p>}
              <Limits spot={spot} now={now} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Limits({ spot, now }: { spot: BlindSpot; now: number }) {
  const { minimumDetectableEffect, needs } = spot
  const wanted = describeNeeds(needs, now)
  if (minimumDetectableEffect === undefined && wanted === '') return null
  return (
    <dl className="limits">
      {minimumDetectableEffect !== undefined && (
        <div>
          <dt>Would have been seen</dt>
          <dd>
            {formatRatio(minimumDetectableEffect)} or more{' '}
            <span className="quiet">(4 times out of 5)</span>
          </dd>
        </div>
      )}
      {wanted !== '' && (
        <div>
          <dt>Needs</dt>
          <dd>{wanted}</dd>
        </div>
      )}
    </dl>
  )
}

function describeNeeds(needs: BlindSpot['needs'], now: number): string {
  if (needs === undefined) return ''
  const { failures, requests, until } = needs
  const parts = [
    requests === undefined ? '' : formatCountOf(requests, 'more request'),
    failures === undefined ? '' : formatCountOf(failures, 'more failure'),
    until === undefined ? '' : `watching until ${formatClock(until, now)}`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}
