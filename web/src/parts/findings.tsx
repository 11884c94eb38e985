import type { Evidence, Verdict } from '../../../src/releases/verdict.ts'
import { formatCountOf } from '../format/number.ts'
import { FindingCard } from './finding-card.tsx'
import { Section } from './section.tsx'

/** What got worse, and for whom. */
export function Findings(props: { verdict: Verdict; evidence: Evidence | undefined; now: number }) {
  const { verdict, evidence, now } = props
  const { findings, release } = verdict
  return (
    <Section
      id="findings"
      title={findings.length === 0 ? 'Findings' : formatCountOf(findings.length, 'finding')}
      {...(findings.length === 0 ? {} : { note: 'What got worse, and for whom.' })}
    >
      {findings.length === 0 ? (
        <div className="no-findings">
          <p className="lede">Nothing found so far.</p>
          <p>{emptyMeaning(verdict)}</p>
        </div>
      ) : (
        findings.map((finding, index) => (
          <FindingCard
            key={finding.id}
            number={index + 1}
            finding={finding}
            all={findings}
            release={release}
            distribution={evidence?.distributions[finding.id]}
            now={now}
          />
        ))
      )}
    </Section>
  )
}

/** No finding is no proof: what it is worth depends on what was looked at. */
function emptyMeaning({ verdict, blindSpots }: Verdict): string {
  const spots = formatCountOf(blindSpots.length, 'blind spot')
  if (verdict === 'proceed') {
    return blindSpots.length === 0
      ? 'Of the cohorts with enough traffic, none got worse by more than chance allows.'
      : `Of the cohorts with enough traffic, none got worse by more than chance allows. What could not have been seen: ${spots}, below.`
  }
  return `This is not a pass: there is not enough evidence yet to see a harm if there were one. See ${blindSpots.length === 0 ? 'the evidence plan' : `the ${spots} and the evidence plan`} below.`
}
