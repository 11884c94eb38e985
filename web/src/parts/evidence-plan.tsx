import type { EvidenceRequirement, NotExcluded } from '../../../src/releases/verdict.ts'
import { keepUnits } from '../format/keep-units.ts'
import { formatCountOf, formatRatio, formatShare } from '../format/number.ts'
import { formatClock, formatUntil } from '../format/time.ts'
import { Gauge } from './gauge.tsx'
import { Section } from './section.tsx'

/** A plan no longer than this is shown as it is; a longer one shows what is open and folds what is met. */
const shortPlan = 6

/** What has to be known before the release is done, and how much of it is. */
export function EvidencePlan(props: {
  plan: EvidenceRequirement[]
  notExcluded?: NotExcluded | undefined
  now: number
}) {
  const { plan, notExcluded, now } = props
  const isLong = plan.length > shortPlan
  const shown = isLong ? plan.filter(({ state }) => state === 'open') : plan
  const folded = isLong ? plan.filter(({ state }) => state === 'met') : []
  const first = shown.filter(({ onlyForDone }) => onlyForDone !== true)
  const later = shown.filter(({ onlyForDone }) => onlyForDone === true)
  return (
    <Section
      id="evidence-plan"
      title="Evidence plan"
      note="The release is done when all of this is met."
    >
      {plan.length === 0 && <p>No requirement has been set, so this release can never be done.</p>}
      {notExcluded !== undefined && <p>{describeNotExcluded(notExcluded)}</p>}
      {first.length > 0 && (
        <>
          {later.length > 0 && <h3 className="plan-title">Before it may proceed</h3>}
          <Requirements items={first} now={now} />
        </>
      )}
      {later.length > 0 && (
        <>
          <h3 className="plan-title">Before it is done</h3>
          <Requirements items={later} now={now} />
        </>
      )}
      {folded.length > 0 && (
        <details>
          <summary>{formatCountOf(folded.length, 'requirement')} met</summary>
          <Requirements items={folded} now={now} />
        </details>
      )}
    </Section>
  )
}

function describeNotExcluded({ what, ratio }: NotExcluded): string {
  return ratio === null
    ? `Not excluded yet: any rise of the ${what}, however large.`
    : keepUnits(`Not excluded yet: a rise of the ${what} to ${formatRatio(ratio)}.`)
}

function Requirements({ items, now }: { items: EvidenceRequirement[]; now: number }) {
  return (
    <ul className="plan">
      {items.map((item) => (
        <li key={item.requirement}>
          <p>
            {keepUnits(item.requirement)}
            {canBeSignedOff(item) && (
              <>
                {' '}
                <code className="quiet">{item.id}</code>
              </>
            )}
          </p>
          <p className="plan-state">{describeState(item, now)}</p>
          {item.waitsForPast && <p className="plan-state">waits for a longer past</p>}
          {item.state === 'open' && (item.needs ?? item.measured) !== undefined && (
            <p className="plan-state">{describeMissing(item)}</p>
          )}
          <Gauge progress={item.progress} />
        </li>
      ))}
    </ul>
  )
}

/** What only keeps the release from being done needs no sign-off. */
function canBeSignedOff({ id, state, onlyForDone }: EvidenceRequirement): boolean {
  return id !== undefined && state === 'open' && onlyForDone !== true
}

function describeMissing({ needs, measured }: EvidenceRequirement): string {
  const wanted = needs === undefined ? undefined : describeNeeds(needs)
  if (measured === undefined) return `needs ${wanted}, if nothing is wrong`
  const chance = wanted === undefined ? '' : `; if it was chance, ${wanted} would prove the claim`
  return keepUnits(`${describeMeasured(measured)}${chance}`)
}

function describeNeeds({ requests, failures }: NonNullable<EvidenceRequirement['needs']>): string {
  const or = failures === undefined ? '' : ` or ${roughly(failures, 'failure')}`
  return `about ${roughly(requests, 'more request')}${or}`
}

/** An estimate, with two digits. */
function roughly(count: number, noun: string): string {
  return formatCountOf(Number(count.toPrecision(2)), noun)
}

function describeMeasured({
  ratio,
  requestsToFinding,
}: NonNullable<EvidenceRequirement['measured']>): string {
  const soFar =
    ratio === null ? 'some, and none in the baseline' : `${formatRatio(ratio)} the baseline's`
  const ifSo =
    requestsToFinding === undefined
      ? '; if it stays so, more requests prove nothing'
      : requestsToFinding === 0
        ? ', which is a finding'
        : `; if it stays so, about ${roughly(requestsToFinding, 'more request')} would make it a finding`
  return `measured so far: ${soFar}${ifSo}`
}

function describeState({ state, progress, eta }: EvidenceRequirement, now: number): string {
  if (state === 'met') return 'met'
  const done = `open, ${formatShare(Math.floor(progress * 100) / 100)}`
  if (eta === undefined) return `${done}, no telling when`
  const clock = formatClock(eta, now)
  const at = Date.parse(eta)
  // a promise that was not kept is told as one
  if (at <= now) return `${done}, was expected by ${clock}`
  return `${done}, ${formatUntil(at, now)} at this rate (${clock})`
}
