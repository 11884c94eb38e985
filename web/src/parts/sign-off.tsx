import type { SignOffState, Unknown } from '../../../src/releases/sign-off/sign-off.ts'
import { formatCountOf } from '../format/number.ts'
import { Moment } from './moment.tsx'
import { Section } from './section.tsx'

/** Who went on over a hold, and what they accepted unseen. */
export function SignOff({ signOff, now }: { signOff: SignOffState | undefined; now: number }) {
  if (signOff === undefined) return null
  const { signOffs, standing, open } = signOff
  return (
    <Section id="sign-off" title="Sign-off" note="Who accepted what unseen. It is kept for ever.">
      <p>
        {standing
          ? 'The release may go on: all that keeps it at hold has been accepted.'
          : 'It does not cover this verdict.'}
      </p>
      <ul className="sign-offs">
        {signOffs.map(({ at, by, note, accepted }) => (
          <li key={`${at} ${by}`}>
            <h3>{by}</h3>
            <p className="quiet">
              <Moment at={at} now={now} as="clock" />
            </p>
            <p>{note}</p>
            <Accepted unknowns={accepted} />
          </li>
        ))}
      </ul>
      {open.length > 0 && (
        <>
          <p>{formatCountOf(open.length, 'reason')} for the hold that nobody has accepted:</p>
          <Accepted unknowns={open} />
        </>
      )}
    </Section>
  )
}

function Accepted({ unknowns }: { unknowns: Unknown[] }) {
  return (
    <ul className="accepted">
      {unknowns.map(({ id, title }) => (
        <li key={id}>{title}</li>
      ))}
    </ul>
  )
}
