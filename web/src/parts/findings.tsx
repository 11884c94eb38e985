import type { Evidence, Finding, Verdict } from '../../../src/releases/verdict.ts'
import { keepUnits } from '../format/keep-units.ts'
import { formatCountOf } from '../format/number.ts'
import { FindingCard } from './finding-card.tsx'
import { Section } from './section.tsx'

/** What got worse, and for whom: first what stands on its own, then, folded, what that accounts for. */
export function Findings(props: { verdict: Verdict; evidence: Evidence | undefined; now: number }) {
  const { verdict, evidence, now } = props
  const { findings, release } = verdict
  if (findings.length === 0) {
    return (
      <Section id="findings" title="Findings">
        <div className="no-findings">
          <p className="lede">Nothing found so far.</p>
          <p>{emptyMeaning(verdict)}</p>
        </div>
      </Section>
    )
  }
  const { standing, explained } = divide(findings)
  const card = (finding: Finding) => (
    <FindingCard
      key={finding.id}
      number={findings.indexOf(finding) + 1}
      finding={finding}
      all={findings}
      release={release}
      distribution={evidence?.distributions[finding.id]}
      now={now}
    />
  )
  return (
    <Section
      id="findings"
      title={formatCountOf(findings.length, 'finding')}
      note={
        explained.length === 0
          ? 'What got worse, and for whom.'
          : `What got worse, and for whom: ${standing.length} on their own, ${explained.length} that these account for.`
      }
    >
      {standing.map(card)}
      {explained.map((finding) => (
        <details className="explained" key={finding.id}>
          <summary>
            <span className="quiet">Accounted for: </span>
            {keepUnits(finding.title)}
          </summary>
          {card(finding)}
        </details>
      ))}
    </Section>
  )
}

/** A finding that another one accounts for does not stand on its own; where all explain each other, all do. */
function divide(findings: readonly Finding[]) {
  const explains = new Set(findings.flatMap((finding) => finding.explains))
  const standing = findings.filter(({ id }) => !explains.has(id))
  if (standing.length === 0) return { standing: findings, explained: [] }
  return { standing, explained: findings.filter(({ id }) => explains.has(id)) }
}

/** No finding is no proof: what it is worth depends on what was looked at. */
function emptyMeaning({ verdict, blindSpots }: Verdict): string {
  const spots = formatCountOf(blindSpots.length, 'blind spot')
  if (verdict === 'proceed') {
    const unseen = blindSpots.length === 0 ? '' : ` What could not have been seen: ${spots}, below.`
    return `Of the cohorts with enough traffic, none got worse by more than chance allows.${unseen}`
  }
  const where = blindSpots.length === 0 ? 'the evidence plan' : `the ${spots} and the evidence plan`
  return `This is not a pass: there is not enough evidence yet to see a harm if there were one. See ${where} below.`
}
