import type { EvidenceRequirement } from '../../../src/releases/verdict.ts'
import { formatShare } from '../format/number.ts'
import { formatClock, formatUntil } from '../format/time.ts'
import { Gauge } from './gauge.tsx'
import { Section } from './section.tsx'

/** What has to be known before the release is done, and how much of it is. */
export function EvidencePlan({ plan, now }: { plan: EvidenceRequirement[]; now: number }) {
  return (
    <Section
      id="evidence-plan"
      title="Evidence plan"
      note="The release is done when all of this is met."
    >
      {plan.length === 0 ? (
        <p>No requirement has been set, so this release can never be done.</p>
      ) : (
        <ul className="plan">
          {plan.map((item) => (
            <li key={item.requirement}>
              <p>{item.requirement}</p>
              <p className="plan-state">{describeState(item, now)}</p>
              <Gauge progress={item.progress} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function describeState({ state, progress, eta }: EvidenceRequirement, now: number): string {
  if (state === 'met') return 'met'
  const done = `open, ${formatShare(Math.floor(progress * 100) / 100)}`
  if (eta === undefined) return `${done}, no telling when`
  return `${done}, ${formatUntil(Date.parse(eta), now)} at this rate (${formatClock(eta, now)})`
}
