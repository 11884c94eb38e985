import type { Verdict } from '../../../src/releases/verdict.ts'
import { releasePath } from '../api/queries.ts'
import { Command } from './command.tsx'
import { Section } from './section.tsx'

/** Everything on this page as the documents it was made from, and the way on from a terminal. */
export function RawEvidence({ verdict }: { verdict: Verdict }) {
  const { release, selfCheck } = verdict
  const isUnsigned = verdict.verdict === 'hold' && verdict.signOff?.standing !== true
  return (
    <Section id="raw" title="Raw evidence" note="Everything on this page, as JSON.">
      <ul className="raw">
        <li>
          <a href={releasePath(release.id)}>The verdict</a>
        </li>
        <li>
          <a href={releasePath(release.id, '/evidence')}>Figures and distributions</a>
        </li>
        <li>
          <a href={releasePath(release.id, '/history')}>The verdicts so far</a>
        </li>
        {selfCheck.curve !== undefined && (
          <li>
            <a href={selfCheck.curve}>The self-check</a>
          </li>
        )}
      </ul>
      <p>The same in a terminal:</p>
      <Command text={`aftergreen release status ${release.id}`} label="Copy the command" />
      {isUnsigned && (
        <>
          <p>
            To go on over this hold, name what you accept unseen: the short ids above, beside blind
            spots, open requirements and findings.
          </p>
          <Command
            text={`aftergreen release sign-off ${release.id} --accept ID,ID --by NAME --note WHY`}
            label="Copy the command for a sign-off"
          />
        </>
      )}
    </Section>
  )
}
