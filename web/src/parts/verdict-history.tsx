import type { VerdictChange } from '../../../src/releases/release-service.ts'
import { firstSentence } from '../format/first-sentence.ts'
import { keepUnits } from '../format/keep-units.ts'
import { formatCountOf } from '../format/number.ts'
import { phaseWord, verdictWord } from '../format/words.ts'
import { Moment } from './moment.tsx'
import { Section } from './section.tsx'
import { VerdictMark } from './verdict-mark.tsx'

/** What changed a verdict may be many things; the first ones say most. */
const shownChanges = 3
/** A watch of days has hundreds of entries; older ones are folded. */
const shownEntries = 6

/** The verdicts so far, newest first. A verdict is never edited, only followed. */
export function VerdictHistory(props: { entries: VerdictChange[] | undefined; now: number }) {
  const { entries, now } = props
  if (entries === undefined || entries.length === 0) return null
  const newestFirst = entries.toReversed()
  const older = newestFirst.slice(shownEntries)
  return (
    <Section id="history" title="History" note="A verdict is never edited, only followed.">
      <Entries entries={newestFirst.slice(0, shownEntries)} now={now} />
      {older.length > 0 && (
        <details>
          <summary>{formatCountOf(older.length, 'earlier entry', 'earlier entries')}</summary>
          <Entries entries={older} now={now} />
        </details>
      )}
    </Section>
  )
}

function Entries({ entries, now }: { entries: readonly VerdictChange[]; now: number }) {
  return (
    <ol className="history">
      {entries.map((entry) => (
        <li key={entry.evaluatedAt} className={`verdict-${entry.verdict}`}>
          <Moment at={entry.evaluatedAt} now={now} as="second" />
          <p className="history-word">
            <VerdictMark verdict={entry.verdict} />
            {verdictWord[entry.verdict]}
          </p>
          <div>
            <p>
              {firstSentence(entry.headline).first}{' '}
              <span className="quiet">
                {entry.findings === 0 ? 'No finding' : formatCountOf(entry.findings, 'finding')},{' '}
                {phaseWord[entry.phase]}.
              </span>
            </p>
            <Changes changed={entry.changed ?? []} />
          </div>
        </li>
      ))}
    </ol>
  )
}

function Changes({ changed }: { changed: readonly string[] }) {
  if (changed.length === 0) return null
  const more = changed.length - shownChanges
  return (
    <ul className="changes">
      {changed.slice(0, shownChanges).map((change) => (
        <li key={change}>{keepUnits(change)}</li>
      ))}
      {more > 0 && <li>{formatCountOf(more, 'more change')}</li>}
    </ul>
  )
}
