import type { EvidenceRequirement, NotExcluded } from '../../../src/releases/verdict.ts'
import { formatCountOf, formatShare } from '../format/number.ts'
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
  return (
    <Section
      id="evidence-plan"
      title="Evidence plan"
      note="The release is done when all of this is met."
    >
      {plan.length === 0 && <p>No requirement has been set, so this release can never be done.</p>}
      {shown.length > 0 && <Requirements items={shown} now={now} />}
      {notExcluded !== undefined && (
        <p>
          Not excluded yet:{' '}
          {notExcluded.ratio === null
            ? `any rise of the ${notExcluded.what}`
            : `a rise of the ${notExcluded.what} to ${notExcluded.ratio.toPrecision(3)} times`}
        </p>
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

function Requirements({ items, now }: { items: EvidenceRequirement[]; now: number }) {
  return (
    <ul className="plan">
      {items.map((item) => (
        <li key={item.requirement}>
          <p>{item.requirement}</p>
          <p className="plan-state">{describeState(item, now)}</p>
          {item.state === 'open' && item.needs !== undefined && (
            <p className="plan-state">{describeNeeds(item.needs)}</p>
          )}
          <Gauge progress={item.progress} />
        </li>
      ))}
    </ul>
  )
}

function describeNeeds({ requests, failures }: NonNullable<EvidenceRequirement['needs']>): string {
  const or = failures === undefined ? '' : ` or ${formatCountOf(failures, 'failure')}`
  return `needs about ${formatCountOf(requests, 'more request')}${or}`
}

function describeState({ state, progress, eta }: EvidenceRequirement, now: number): string {
  if (state === 'met') return 'met'
  const done = `open, ${formatShare(Math.floor(progress * 100) / 100)}`
  if (eta === undefined) return `${done}, no telling when`
  return `${done}, ${formatUntil(Date.parse(eta), now)} at this rate (${formatClock(eta, now)})`
}
