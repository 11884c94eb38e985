import type { VerdictChange } from '../../../src/releases/release-service.ts'
import { formatCountOf } from '../format/number.ts'
import { phaseWord, verdictWord } from '../format/words.ts'
import { Moment } from './moment.tsx'
import { Section } from './section.tsx'
import { VerdictMark } from './verdict-mark.tsx'

/** What changed a verdict may be many things; the first ones say most. */
const shownChanges = 3

/** The verdicts so far, newest first. A verdict is never edited, only followed. */
export function VerdictHistory(props: { entries: VerdictChange[] | undefined; now: number }) {
  const { entries, now } = props
  if (entries === undefined || entries.length === 0) return null
  return (
    <Section id="history" title="History" note="A verdict is never edited, only followed.">
      <ol className="history">
        {entries.toReversed().map((entry) => (
          <li key={entry.evaluatedAt} className={`verdict-${entry.verdict}`}>
            <Moment at={entry.evaluatedAt} now={now} as="clock" />
            <p className="history-word">
              <VerdictMark verdict={entry.verdict} />
              {verdictWord[entry.verdict]}
            </p>
            <p>
              {entry.headline}{' '}
              <span className="quiet">
                {entry.findings === 0 ? 'no finding' : formatCountOf(entry.findings, 'finding')},{' '}
                {phaseWord[entry.phase]}
              </span>
              {entry.changed !== undefined && entry.changed.length > 0 && (
                <span className="quiet">: {entry.changed.slice(0, shownChanges).join('; ')}</span>
              )}
            </p>
          </li>
        ))}
      </ol>
    </Section>
  )
}
