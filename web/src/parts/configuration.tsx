import { Link } from '@tanstack/react-router'
import type { ReleaseConfiguration } from '../../../src/releases/configuration/release-configuration.ts'
import { formatCountOf } from '../format/number.ts'
import { inputClassWord, inputKindWord } from '../format/words.ts'
import { Moment } from './moment.tsx'
import { Section } from './section.tsx'

interface Props {
  /** Absent where no snapshot is attached to the release. */
  configuration: ReleaseConfiguration | undefined
  now: number
}

/** What the release changed of its configuration, and whether comparing the sides could show it. */
export function Configuration({ configuration, now }: Props) {
  if (configuration === undefined) return null
  const { sentence, takenAt, comparedWith, problem, changed, changes, unseen, unread } =
    configuration
  const rest = [
    changes > changed.length
      ? `${formatCountOf(changes - changed.length, 'more input')} changed.`
      : '',
    unseen > 0
      ? `Of ${formatCountOf(unseen, 'input')} it is not known whether the value changed, since it lies elsewhere.`
      : '',
    unread > 0 ? `${formatCountOf(unread, 'place')} could not be read.` : '',
  ].filter((part) => part !== '')
  return (
    <Section
      id="configuration"
      title="Configuration"
      note="What changed with the release, and whether the comparison could show it."
    >
      <p>
        {sentence}
        {comparedWith !== null && (
          <>
            {' '}
            since{' '}
            <Link to="/releases/$id" params={{ id: comparedWith.releaseId }}>
              {comparedWith.service} {comparedWith.version}
            </Link>{' '}
            (
            <Moment at={comparedWith.takenAt} now={now} as="clock" />)
          </>
        )}
        . Read <Moment at={takenAt} now={now} as="clock" />.
      </p>
      {problem !== null && <p>{problem}</p>}
      {changed.length > 0 && <Inputs changed={changed} now={now} />}
      {rest.length > 0 && <p className="quiet">{rest.join(' ')}</p>}
    </Section>
  )
}

function Inputs({ changed, now }: Pick<ReleaseConfiguration, 'changed'> & { now: number }) {
  return (
    <div className="table-frame" tabIndex={0} role="region" aria-label="Inputs that changed">
      <table className="inputs">
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">Component</th>
            <th scope="col">Change</th>
            <th scope="col">In a canary</th>
            <th scope="col">Why, and what helps</th>
          </tr>
        </thead>
        <tbody>
          {changed.map(({ key, component, kind, class: seen, why, remedy, at, file, line }) => (
            <tr key={`${component} ${key} ${file} ${line}`}>
              <th scope="row">
                <code>{key}</code>
              </th>
              <td>{component}</td>
              <td>{inputKindWord[kind]}</td>
              <td className={seen === 'canary-visible' ? '' : 'input-blind'}>
                {inputClassWord[seen]}
              </td>
              <td>
                {why} {remedy}{' '}
                <span className="quiet">
                  {file}:{line}, <Moment at={at} now={now} as="clock" />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
