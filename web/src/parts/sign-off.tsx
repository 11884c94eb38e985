import type { SignOffState, Unknown } from '../../../src/releases/sign-off/sign-off.ts'
import type { Verdict, VerdictKind } from '../../../src/releases/verdict.ts'
import { firstSentence } from '../format/first-sentence.ts'
import { keepUnits } from '../format/keep-units.ts'
import { formatCount, formatCountOf } from '../format/number.ts'
import { Moment } from './moment.tsx'
import { Section } from './section.tsx'

/** Who went on over a hold, and what they accepted unseen. */
export function SignOff({ verdict, now }: { verdict: Verdict; now: number }) {
  const { signOff } = verdict
  if (signOff === undefined) return null
  const { signOffs, standing, open } = signOff
  return (
    <Section id="sign-off" title="Sign-off" note="Who accepted what unseen. It is kept for ever.">
      <p>{describeState(verdict.verdict, standing)}</p>
      <ul className="sign-offs">
        {signOffs.map(({ at, by, note, accepted, headline }) => (
          <li key={`${at} ${by}`}>
            <h3>{by}</h3>
            <p className="quiet">
              <Moment at={at} now={now} as="clock" />, over “{firstSentence(headline).first}”
            </p>
            <p>{note}</p>
            <Unknowns unknowns={accepted} />
          </li>
        ))}
      </ul>
      {open.length > 0 && (
        <>
          <p>
            {verdict.verdict === 'rollback'
              ? `${formatCountOf(open.length, 'reason')} against it that nobody has accepted:`
              : `${formatCountOf(open.length, 'reason')} for the hold that nobody has accepted:`}
          </p>
          <Unknowns unknowns={open} />
        </>
      )}
    </Section>
  )
}

function describeState(verdict: VerdictKind, standing: SignOffState['standing']): string {
  if (standing) return 'The release may go on: all that keeps it at hold has been accepted.'
  if (verdict === 'rollback') return 'It does not cover what has been found since: roll back.'
  if (verdict === 'proceed') return 'The verdict has no need of it any more.'
  return 'It does not cover this verdict.'
}

/** More than these push the findings off the screen. */
const shownAtOnce = 5

function Unknowns({ unknowns }: { unknowns: Unknown[] }) {
  const rest = unknowns.slice(shownAtOnce)
  return (
    <>
      <List unknowns={unknowns.slice(0, shownAtOnce)} />
      {rest.length > 0 && (
        <details>
          <summary>{formatCount(rest.length)} more</summary>
          <List unknowns={rest} />
        </details>
      )}
    </>
  )
}

function List({ unknowns }: { unknowns: Unknown[] }) {
  return (
    <ul className="accepted">
      {unknowns.map(({ id, title }) => (
        <li key={id}>
          {keepUnits(title)} <code className="quiet">{id}</code>
        </li>
      ))}
    </ul>
  )
}
