import type { ReactNode } from 'react'
import type { Verdict } from '../../../src/releases/verdict.ts'
import { firstSentence } from '../format/first-sentence.ts'
import { phaseMeaning, verdictMeaning, verdictWord } from '../format/words.ts'
import { EvidenceStrip } from './evidence-strip.tsx'
import { Moment } from './moment.tsx'
import { VerdictMark } from './verdict-mark.tsx'
import { Versions } from './versions.tsx'

/** The verdict: one word, one sentence, what it means, and how much of the evidence is there. */
export function VerdictHead(props: { verdict: Verdict; now: number; children: ReactNode }) {
  const { verdict, now } = props
  const { release } = verdict
  const { first, rest } = firstSentence(verdict.headline)
  const links = release.links.filter(({ url }) => /^https?:\/\//i.test(url))
  return (
    <header className="verdict-head">
      <div className="measure">
        <div className="verdict-top">
          <p className="verdict-subject">
            <strong>{release.service}</strong> <Versions release={release} />
          </p>
          {props.children}
        </div>
        <div className="verdict-columns">
          <div>
            <h1>
              <span className="verdict-word">
                <VerdictMark verdict={verdict.verdict} />
                {verdictWord[verdict.verdict]}
              </span>{' '}
              <span className={headlineClass(first)}>{first}</span>
            </h1>
            {rest !== '' && <p className="verdict-rest">{rest}</p>}
            <p className="verdict-meaning">
              {verdict.phase === 'watching' && `${verdictMeaning[verdict.verdict]} `}
              {phaseMeaning[verdict.phase]}
            </p>
          </div>
          <dl className="verdict-facts">
            {release.environment !== '' && <Fact name="Environment">{release.environment}</Fact>}
            <Fact name="Strategy">{release.strategy}</Fact>
            <Fact name="Reason">{release.reason}</Fact>
            <Fact name="Started">
              <Moment at={release.startedAt} now={now} as="ago" />
            </Fact>
            <Fact name="Judged">
              <Moment at={verdict.evaluatedAt} now={now} as="clock" />
            </Fact>
            {links.length > 0 && (
              <Fact name="Links">
                {links.map(({ title, url }) => (
                  <a key={url} href={url} rel="noreferrer">
                    {title}
                  </a>
                ))}
              </Fact>
            )}
          </dl>
        </div>
        <EvidenceStrip plan={verdict.evidencePlan} />
      </div>
    </header>
  )
}

/** A long sentence in the largest letters would push the evidence off the screen. */
function headlineClass(headline: string): string {
  return headline.length > 170 ? 'verdict-headline is-long' : 'verdict-headline'
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
