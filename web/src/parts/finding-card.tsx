import { Link } from '@tanstack/react-router'
import type { Release } from '../../../src/releases/release.ts'
import type { Distribution, Finding } from '../../../src/releases/verdict.ts'
import { describeEValue } from '../format/e-value.ts'
import { formatCondition } from '../format/condition.ts'
import { keepUnits } from '../format/keep-units.ts'
import { formatCountOf } from '../format/number.ts'
import { attributionWord, findingKindWord, inputClassWord } from '../format/words.ts'
import { EffectLine } from './effect-line.tsx'
import { Exemplars } from './exemplars.tsx'
import { Moment } from './moment.tsx'
import { Picture } from './picture.tsx'

interface Props {
  number: number
  finding: Finding
  all: readonly Finding[]
  release: Release
  distribution: Distribution | undefined
  now: number
}

/** One finding: a sentence, the effect with its interval, the picture, the evidence. */
export function FindingCard({ number, finding, all, release, distribution, now }: Props) {
  const { evidence, cohort, effect } = finding
  const anchor = findingAnchor(finding)
  return (
    <article className="finding" id={anchor} aria-labelledby={`${anchor}-title`}>
      <p className="finding-kind">
        <a href={`#${anchor}`} aria-label={`Link to finding ${number}`}>
          {number}
        </a>
        <span>{findingKindWord[finding.kind]}</span>
        <span className={`severity severity-${finding.severity}`}>{finding.severity}</span>
        <code>{finding.id}</code>
      </p>
      <h3 id={`${anchor}-title`}>{keepUnits(finding.title)}</h3>
      <ul className="conditions" aria-label="Where">
        {cohort.length === 0 ? (
          <li>every request</li>
        ) : (
          cohort.map((condition) => (
            <li key={formatCondition(condition)}>
              <code>{formatCondition(condition)}</code>
            </li>
          ))
        )}
      </ul>
      <div className="finding-columns">
        <div>
          <EffectLine effect={effect} />
          <p>
            Counted: {describeCounts(finding, release)}. First seen{' '}
            <Moment at={evidence.firstSeen} now={now} as="clock" />.
          </p>
          <p>{describeEValue(evidence.eValue)}</p>
        </div>
        <Picture release={release} finding={finding} distribution={distribution} />
      </div>
      <Relations finding={finding} all={all} />
      <AttributedTo attribution={finding.attributedTo} />
      <Preceding changes={finding.precededBy} now={now} />
      <Exemplars traceIds={evidence.exemplars} version={release.version} />
    </article>
  )
}

/** The two sides are two versions, or the time since the release began and the time before it. */
function describeCounts({ comparison, evidence }: Finding, release: Release): string {
  const candidate = formatCountOf(evidence.candidateCount, 'request')
  const baseline = formatCountOf(evidence.baselineCount, 'request')
  return comparison === 'before-after'
    ? `${candidate} since the release began, ${baseline} before it`
    : `${candidate} of ${release.version}, ${baseline} of ${release.baselineVersion ?? 'the baseline'}`
}

function Relations({ finding, all }: { finding: Finding; all: readonly Finding[] }) {
  const explained = all.filter(({ id }) => finding.explains.includes(id))
  const explainedBy = all.filter(({ explains }) => explains.includes(finding.id))
  return (
    <>
      <Relation words="Explains" findings={explained} all={all} />
      <Relation words="Explained by" findings={explainedBy} all={all} />
    </>
  )
}

function Relation(props: { words: string; findings: readonly Finding[]; all: readonly Finding[] }) {
  if (props.findings.length === 0) return null
  return (
    <div className="relation">
      <p>{props.words}</p>
      <ul>
        {props.findings.map((finding) => (
          <li key={finding.id}>
            <a href={`#${findingAnchor(finding)}`}>
              finding {props.all.indexOf(finding) + 1}: {keepUnits(finding.title)}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Another release that overlaps with this one, and why the finding is held against it. */
function AttributedTo({ attribution }: { attribution: Finding['attributedTo'] }) {
  if (attribution === undefined) return null
  return (
    <p className="relation">
      <strong>{attributionWord[attribution.certainty]}.</strong> {keepUnits(attribution.reasoning)}{' '}
      <Link to="/releases/$id" params={{ id: attribution.release }}>
        The verdict on {attribution.service} {attribution.version}
      </Link>
    </p>
  )
}

/** What changed of the configuration before the finding was first seen. */
function Preceding({ changes = [], now }: { changes: Finding['precededBy']; now: number }) {
  if (changes.length === 0) return null
  return (
    <p className="relation">
      After a change of{' '}
      {changes.map(({ key, component, class: seen, at }, index) => (
        <span key={`${component} ${key}`}>
          {index > 0 && ', '}
          <code>{key}</code>
          {component !== '' && ` of ${component}`} ({inputClassWord[seen]},{' '}
          <Moment at={at} now={now} as="clock" />)
        </span>
      ))}
      .
    </p>
  )
}

function findingAnchor({ id }: Finding): string {
  return `finding-${id}`
}
