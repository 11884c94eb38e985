import { Link } from '@tanstack/react-router'
import type { ReleaseSummary } from '../../../src/releases/release-service.ts'
import { firstSentence } from '../format/first-sentence.ts'
import { formatCountOf } from '../format/number.ts'
import { phaseWord, verdictWord } from '../format/words.ts'
import { Moment } from './moment.tsx'
import { VerdictMark } from './verdict-mark.tsx'
import { Versions } from './versions.tsx'

/** One release in the list; the whole row leads to its page. */
export function ReleaseRow({ summary, now }: { summary: ReleaseSummary; now: number }) {
  const { release, verdict, phase, headline, signedOffBy } = summary
  return (
    <li className={`release-row verdict-${verdict}`}>
      <p className="row-verdict">
        <VerdictMark verdict={verdict} />
        {verdictWord[verdict]}
        <span className="row-phase">{phaseWord[phase]}</span>
      </p>
      <div className="row-body">
        <p className="row-subject">
          <strong>{release.service}</strong> <Versions release={release} />
          {release.environment !== '' && <span>{release.environment}</span>}
        </p>
        <Link className="row-headline" to="/releases/$id" params={{ id: release.id }}>
          {firstSentence(headline).first}
        </Link>
      </div>
      <p className="row-figures">
        <span>{describeFindings(summary)}</span>
        {signedOffBy !== undefined && <span>signed off by {signedOffBy}</span>}
        <span>
          started <Moment at={release.startedAt} now={now} as="ago" />
        </span>
      </p>
    </li>
  )
}

function describeFindings({ findings, phase }: ReleaseSummary): string {
  if (findings > 0) return formatCountOf(findings, 'finding')
  return phase === 'watching' ? 'no finding so far' : 'no finding'
}
